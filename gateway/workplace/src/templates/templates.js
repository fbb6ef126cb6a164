// Templates, for administrators: where each stands and why, drafts, submission.

import { openDialog } from "../frame/dialog.js";
import { el, keyed } from "../core/dom.js";
import { notify } from "../frame/notices.js";
import { templateForm } from "./template_form.js";
import { fullTime } from "../core/time.js";

const STATUSES = {
  draft: "Draft", pending: "In review", approved: "Approved", rejected: "Rejected", in_appeal: "In appeal", paused: "Paused", disabled: "Disabled",
  limit_exceeded: "Too many templates", locked: "Locked", archived: "Archived", pending_deletion: "Being deleted", deleted: "Deleted at WhatsApp", unknown: "Unknown",
};

export class TemplatesView {
  #templates = new Map();

  constructor(api, store) {
    this.api = api;
    this.store = store;
  }

  async open() {
    this.list = el("ul", { class: "templates" });
    this.form = el("div", {});
    const button = (text, id, work) => el("button", { type: "button", text, id, on: { click: work } });
    this.head = el("div", { class: "dialog-actions" }, button("Read from WhatsApp", "sync-templates", () => this.#sync()), button("New template", "new-template", () => this.#edit(null)));
    const { box } = openDialog({ id: "templates", title: "Templates", class: "wide", onClose: () => this.#closed() }, this.head, this.form, this.list);
    this.box = box;
    this.unsubscribe = this.store.subscribe(() => this.#changed());
    this.reading = this.#read();
    await this.reading;
  }

  #closed() {
    this.unsubscribe();
    keyed(this.list, [], {});
  }

  async #read() {
    try {
      const [templates, channels] = await Promise.all([this.api.allTemplates(), this.api.channels()]);
      this.channels = channels.filter((one) => one.kind === "whatsapp");
      this.#templates = new Map(templates.map((one) => [one.id, one]));
      this.#render();
    } catch (problem) {
      notify(problem.message);
    }
  }

  /** What came by the event stream since. */
  #changed() {
    const { template } = this.store.state;
    if (!template || template === this.seen) return;
    this.seen = template;
    this.#put(template);
  }

  #put(template) {
    this.#templates.set(template.id, template);
    this.#render();
  }

  #render() {
    const sorted = [...this.#templates.values()].sort((one, other) => one.name.localeCompare(other.name));
    keyed(this.list, sorted, { key: (one) => one.id, signature: (one) => [one], make: (one) => this.#card(one) });
    if (!sorted.length) this.list.replaceChildren(el("li", { class: "empty", text: "There are no templates yet." }));
  }

  #card(template) {
    const act = (text, work, action) => el("button", { type: "button", text, dataset: { action, focus: action }, on: { click: work } });
    const { status, usable, draft } = template;
    const submittable = status === "draft" || draft;
    return el(
      "li",
      { class: "queue-card", dataset: { template: template.name } },
      el(
        "div",
        { class: "queue-head" },
        el("h3", { text: template.name }),
        el("span", { class: "soft small", text: `${template.language} · ${template.category}` }),
        el("span", { class: `mark ${usable ? "good" : "bad"}`, text: STATUSES[status] ?? status }),
        act("Edit", () => this.#edit(template), "edit-template"),
        submittable && act("Submit", () => this.#submit(template.id), "submit"),
        act("Delete", () => this.#delete(template), "delete-template"),
      ),
      template.reason && el("p", { class: "small", text: template.reason }),
      draft && el("p", { class: "small soft", text: "It has changes that are not submitted yet." }),
      el("p", { class: "soft small words", text: template.components.find((one) => one.type?.toUpperCase() === "BODY")?.text ?? "", dir: "auto" }),
      history(template.changes),
    );
  }

  /** Opens the form, which offers the channels: a click that comes before they are read waits for them. */
  async #edit(template) {
    await this.reading;
    if (!this.channels || !this.box.open) return;
    const done = () => this.form.replaceChildren();
    const save = async (fields, submit) => {
      const view = template ? await this.api.patchTemplate(template.id, fields) : await this.api.makeTemplate(fields);
      this.#put(view);
      if (submit) this.#put(await this.api.submitTemplate(view.id));
      notify(submit ? `“${view.name}” is submitted: WhatsApp reviews it.` : `The draft “${view.name}” is saved.`, "done");
    };
    this.form.replaceChildren(el("h3", { text: template ? `Change ${template.name}` : "A new template" }), templateForm(this.api, { template, channels: this.channels, save, done }));
    this.form.scrollIntoView({ block: "start" });
    this.form.querySelector("input:not(:disabled)")?.focus();
  }

  #submit = (id) => this.#try(async () => this.#put(await this.api.submitTemplate(id)));

  #delete(template) {
    if (!confirm(`Delete ${template.name} (${template.language}) here and at WhatsApp?`)) return;
    this.#try(async () => {
      await this.api.deleteTemplate(template.id);
      this.#templates.delete(template.id);
      this.#render();
    });
  }

  #sync() {
    this.#try(async () => {
      await this.reading;
      const answers = await Promise.all((this.channels ?? []).map((one) => this.api.syncTemplates(one.id)));
      await this.#read();
      notify(`Read: ${answers.reduce((sum, one) => sum + one.changed, 0)} changed.`, "done");
    });
  }

  async #try(work) {
    try {
      await work();
    } catch (problem) {
      notify(problem.message);
    }
  }
}

function history(changes) {
  if (!changes?.length) return null;
  const line = ({ at, what, before, after }) => `${fullTime(at)}: ${what}${after ? ` ${before ?? "–"} → ${after}` : " changed"}`;
  return el("details", { class: "small" }, el("summary", { text: "History" }), el("ul", {}, changes.map((one) => el("li", { text: line(one) }))));
}
