// How things stand in the queues, for supervisors and above; administrators change settings here.

import { closingForm } from "./closing_form.js";
import { openDialog } from "../frame/dialog.js";
import { el, keyed } from "../core/dom.js";
import { hoursForm, newHours } from "./hours_form.js";
import { notify } from "../frame/notices.js";
import { queueForm } from "./queue_form.js";
import { channelRow, hoursRow, settingsButton } from "./setting_rows.js";
import { mayChangeQueues, withQueue } from "../inbox/team.js";
import { duration, waitText } from "../core/time.js";

const STATS_PAUSE = 500;

export class QueuesView {
  #stats = new Map(); // queue id → its numbers, as read last
  #channels = [];
  #hours = null; // business hours; null until they are read
  #groups = [];
  #asking = null;
  #editing = null; // id of what has its form open

  constructor(api, store) {
    this.api = api;
    this.store = store;
  }

  open() {
    this.list = el("ul", { class: "queues" });
    this.channelList = el("ul", { class: "setting-rows" });
    this.hoursList = el("ul", { class: "setting-rows" });
    this.settings = el("div", { class: "more-settings", hidden: true }, this.#parts());
    this.form = el("div", { class: "queue-settings" });
    const { box } = openDialog({ id: "queues", title: "Queues", class: "wide", onClose: () => this.#closed() }, this.list, this.settings, this.form);
    this.box = box;
    this.stopListening = this.store.subscribe(() => this.#changed());
    this.#render();
    this.#ask();
    if (mayChangeQueues(this.store.state.me)) this.#readSettings();
  }

  #parts() {
    const add = el("button", { type: "button", id: "add-hours", text: "Add business hours", on: { click: () => this.#editHours("new") } });
    return [
      el("section", {}, el("h3", { text: "Channels: closing by itself" }), this.channelList),
      el("section", {}, el("div", { class: "section-head" }, el("h3", { text: "Business hours" }), add), this.hoursList),
    ];
  }

  #closed() {
    this.stopListening();
    clearTimeout(this.#asking);
    this.#asking = this.#editing = null;
    this.#channels = [];
    this.#hours = null;
    for (const list of [this.list, this.channelList, this.hoursList]) keyed(list, [], {});
  }

  #changed() {
    if (this.queues === this.store.state.queues) return;
    this.#render();
    this.#asking ??= setTimeout(() => this.#ask(), STATS_PAUSE);
  }

  async #ask() {
    this.#asking = null;
    const ids = [...this.store.state.queues.keys()];
    const found = await Promise.all(ids.map((id) => this.api.queueStats(id).catch(() => null)));
    this.#stats = new Map(ids.map((id, n) => [id, found[n]]));
    if (this.box.open) this.#render();
  }

  async #readSettings() {
    try {
      [this.#channels, this.#hours, this.#groups] = await Promise.all([this.api.channels(), this.api.businessHours(), this.api.groups()]);
    } catch (problem) {
      return void notify(problem.message);
    }
    if (this.box.open) this.#render();
  }

  #render() {
    const { queues } = this.store.state;
    this.queues = queues;
    keyed(this.list, this.#sorted(), {
      key: (one) => one.id,
      signature: (one) => [one, this.#stats.get(one.id), this.#hours !== null, this.#editing === one.id],
      make: (one) => this.#card(one, this.#stats.get(one.id), this.#hours !== null),
    });
    if (!queues.size) this.list.replaceChildren(el("li", { class: "empty", text: "There are no queues yet." }));
    keyed(this.channelList, this.#channels, {
      key: (one) => one.id,
      signature: (one) => [one, queues.get(one.queue_id)?.name, this.#editing === one.id],
      make: (one) => channelRow(one, queues.get(one.queue_id), this.#button(one, "channel-settings", (id) => this.#editChannel(id))),
    });
    keyed(this.hoursList, this.#hours ?? [], {
      key: (one) => one.id,
      signature: (one) => [one, this.#editing === one.id],
      make: (one) => hoursRow(one, this.#button(one, "hours-settings", (id) => this.#editHours(id))),
    });
    this.settings.hidden = this.#hours === null;
  }

  #button(one, action, edit) {
    return settingsButton(one, action, { open: this.#editing, edit });
  }

  #sorted() {
    return [...this.store.state.queues.values()].sort(byName);
  }

  #card(queue, stats, mayChange) {
    const full = queue.limit !== null && queue.waiting >= queue.limit;
    return el(
      "li",
      { class: "queue-card", dataset: { queue: queue.id } },
      el(
        "div",
        { class: "queue-head" },
        el("h3", { text: queue.name, dir: "auto" }),
        el("span", { class: `mark ${queue.available ? "good" : "bad"}`, text: availability(queue, full) }),
        mayChange && this.#button(queue, "queue-settings", (id) => this.#editQueue(id)),
      ),
      el("p", { class: "waiting" }, el("strong", { text: queue.waiting }), queue.limit === null ? " waiting, no limit" : ` of ${queue.limit} waiting`),
      el("dl", { class: "numbers small" }, stats && numbers(queue, stats).map(([term, value]) => el("div", {}, el("dt", { text: term }), el("dd", { text: value })))),
    );
  }

  #editQueue(id) {
    const queue = this.store.state.queues.get(id);
    const { workspace, operators } = this.store.state;
    const known = {
      language: workspace?.settings?.language ?? "en",
      queues: this.#sorted(), hours: this.#hours, groups: this.#groups,
      people: [...operators.values()].filter((one) => one.active !== false).sort(byName),
    };
    const save = async (patch) => {
      const view = await this.api.patchQueue(id, patch);
      this.store.set((state) => withQueue(state, view));
      said(view);
    };
    this.#edit(queue, queueForm(queue, known, { save, done: () => this.#done() }));
  }

  #editChannel(id) {
    const channel = this.#channels.find((one) => one.id === id);
    const save = async (patch) => {
      const view = await this.api.patchChannel(id, patch);
      this.#channels = this.#channels.map((one) => (one.id === id ? view : one));
      said(view);
    };
    this.#edit(channel, closingForm(channel, { save, done: () => this.#done() }));
  }

  #editHours(id) {
    const hours = this.#hours.find((one) => one.id === id) ?? newHours();
    const save = async (body) => {
      const view = await (id === "new" ? this.api.makeBusinessHours(body) : this.api.patchBusinessHours(id, body));
      this.#hours = [...this.#hours.filter((one) => one.id !== view.id), view];
      said(view);
    };
    this.#edit(hours, hoursForm(hours, { save, done: () => this.#done() }));
  }

  #edit({ id, name }, form) {
    this.#editing = id;
    this.form.replaceChildren(el("h3", { text: name ? `Settings of ${name}` : "New business hours", dir: "auto" }), form);
    this.#render();
    this.form.scrollIntoView({ block: "start" });
    this.form.querySelector("input")?.focus();
  }

  #done() {
    const id = this.#editing;
    this.#editing = null;
    this.form.replaceChildren();
    this.#render();
    const opener = ["queue", "channel", "hours"].map((kind) => `[data-${kind}="${id}"] button`).join(", ");
    (this.box.querySelector(opener) ?? this.box.querySelector("#add-hours"))?.focus();
  }
}

const byName = (one, other) => one.name.localeCompare(other.name);
const said = ({ name }) => notify(`The settings of “${name}” are saved.`, "done");

function availability(queue, full) {
  if (full) return "Full";
  return queue.available ? "Takes transfers" : "Nobody there";
}

function numbers(queue, stats) {
  const longest = stats.longest_wait_seconds;
  return [
    ["Ready", `${stats.ready} of ${stats.members}`],
    ["Free places", stats.free_capacity],
    ["With operators", stats.assigned],
    ["Longest wait now", longest === null ? "–" : duration(longest * 1000)],
    ["Expected for a new one", waitText(stats.expected_wait_seconds)],
  ];
}
