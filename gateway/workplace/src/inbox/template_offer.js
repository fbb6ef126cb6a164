// What can be sent while the window is closed: a template with its values, and a reply that is held until the answer.

import { newKey } from "../core/api.js";
import { faultLine } from "../frame/dialog.js";
import { el } from "../core/dom.js";
import { t } from "../core/say.ts";
import { previewElement, settled, valuesForm } from "./template_values.js";

const PREVIEW_PAUSE = 200;

/**
 * A form that chooses one of some templates and fills it in.
 *
 * @param {object} given `templates` (usable ones), `extra` (elements above the button), `label()` (the button's
 *   text), `submit(choice, key)`: sends it and throws what the server says.
 */
export function templateChooser(api, { templates, extra = [], label, submit }) {
  let values = null;
  let key = newKey();
  const chosen = el("select", { id: "offer-template", on: { change: () => choose() } }, templates.map((one) => el("option", { value: one.id, text: `${one.name} · ${one.language}` })));
  const place = el("div", {});
  const shown = el("div", { class: "offer-preview", "aria-live": "polite" });
  const fault = faultLine();
  const button = el("button", { class: "primary", id: "offer-send", text: label() });
  const look = settled(PREVIEW_PAUSE, preview);
  const form = el(
    "form",
    { class: "template-offer", novalidate: true, on: { submit: send } },
    el("div", { class: "field" }, el("label", { for: "offer-template", text: t("offer.template") }), chosen),
    place, shown, extra, fault,
    el("div", { class: "dialog-actions" }, button),
  );
  const current = () => templates.find((one) => one.id === chosen.value);
  const choice = () => ({ name: current().name, language: current().language, parameters: values.parameters() });

  function choose() {
    values = valuesForm(current().parameters_needed, look);
    place.replaceChildren(values.element);
    preview();
  }

  async function preview() {
    const { id } = current();
    try {
      const { preview: found, faults } = await api.previewTemplate(id, values.parameters());
      if (current().id !== id) return;
      shown.replaceChildren(previewElement(found));
      button.disabled = faults.length > 0;
      button.title = faults[0]?.message ?? "";
    } catch (problem) {
      fault.say(problem.message);
    }
  }

  async function send(event) {
    event.preventDefault();
    fault.say("");
    button.disabled = true;
    try {
      await submit(choice(), key);
      key = newKey();
    } catch (problem) {
      if (!problem.passing) key = newKey();
      fault.say(problem.message);
      button.disabled = false;
    }
  }

  choose();
  return { form, relabel: () => (button.textContent = label()) };
}

/** The part of the composer that is there while the window is closed. */
export class TemplateOffer {
  #id = null;

  constructor(api, place, sent) {
    this.api = api;
    this.place = place;
    this.sent = sent;
  }

  /** Shows itself for a conversation, or hides (null). */
  show(conversation) {
    const id = conversation?.id ?? null;
    if (id === this.#id) return;
    this.#id = id;
    this.place.hidden = id === null;
    this.place.replaceChildren();
    if (conversation) this.#open(conversation);
  }

  async #open(conversation) {
    const { id } = conversation;
    const found = await this.api.templates({ usable: true, channel_id: conversation.channel.id, limit: 200 }).catch(() => ({ items: [] }));
    const templates = found.items.filter((one) => one.category !== "authentication");
    if (this.#id !== id) return;
    if (!templates.length) {
      this.place.replaceChildren(el("p", { class: "soft small", text: t("offer.none") }));
      return;
    }
    const text = el("textarea", { id: "held-text", rows: 2, dir: "auto", on: { input: () => chooser.relabel() } });
    const held = el(
      "div", { class: "field" },
      el("label", { for: "held-text", text: t("offer.reply") }), text,
      el("p", { class: "soft small", text: t("offer.reply_hint") }),
    );
    const chooser = templateChooser(this.api, {
      templates,
      extra: [held],
      label: () => (text.value.trim() ? t("offer.send_and_hold") : t("offer.send")),
      submit: async (template, key) => {
        const reply = text.value.trim();
        const message = reply ? { content: { type: "text", text: reply }, held: { template } } : { content: { type: "template", ...template } };
        this.sent(await this.api.send(id, message, key));
        this.#id = null; // drawn anew, empty, at the next change
      },
    });
    this.place.replaceChildren(chooser.form);
  }
}
