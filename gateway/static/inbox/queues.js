// How things stand in the queues, for managers and above; administrators change their settings here.

import { openDialog } from "./dialog.js";
import { el, keyed } from "./dom.js";
import { notify } from "./notices.js";
import { queueForm } from "./queue_form.js";
import { mayChangeQueues, withQueue } from "./team.js";
import { duration } from "./time.js";

const STATS_PAUSE = 500;

export class QueuesView {
  #stats = new Map(); // queue id → its numbers, as read last
  #asking = null;
  #editing = null; // id of the queue whose form is open

  constructor(api, store) {
    this.api = api;
    this.store = store;
  }

  open() {
    this.list = el("ul", { class: "queues" });
    this.form = el("div", { class: "queue-settings" });
    const { box } = openDialog({ id: "queues", title: "Queues", class: "wide", onClose: () => this.#closed() }, this.list, this.form);
    this.box = box;
    this.stopListening = this.store.subscribe(() => this.#changed());
    this.#render();
    this.#ask();
  }

  #closed() {
    this.stopListening();
    clearTimeout(this.#asking);
    this.#asking = this.#editing = null;
    keyed(this.list, [], {});
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

  #render() {
    const { queues, me } = this.store.state;
    this.queues = queues;
    const sorted = [...queues.values()].sort((one, other) => one.name.localeCompare(other.name));
    keyed(this.list, sorted, {
      key: (one) => one.id,
      signature: (one) => [one, this.#stats.get(one.id), this.#editing === one.id],
      make: (one) => this.#card(one, this.#stats.get(one.id), mayChangeQueues(me)),
    });
    if (!sorted.length) this.list.replaceChildren(el("li", { class: "empty", text: "There are no queues yet." }));
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
        mayChange && el("button", {
          type: "button", text: "Settings", dataset: { focus: "settings", action: "queue-settings" }, "aria-pressed": String(this.#editing === queue.id),
          on: { click: () => this.#edit(queue.id) },
        }),
      ),
      el("p", { class: "waiting" }, el("strong", { text: queue.waiting }), queue.limit === null ? " waiting, no limit" : ` of ${queue.limit} waiting`),
      el("dl", { class: "numbers small" }, stats && numbers(queue, stats).map(([term, value]) => el("div", {}, el("dt", { text: term }), el("dd", { text: value })))),
    );
  }

  #edit(id) {
    const queue = this.store.state.queues.get(id);
    const language = this.store.state.workspace?.settings?.language ?? "en";
    this.#editing = id;
    const done = () => this.#done();
    const save = async (patch) => {
      const view = await this.api.patchQueue(id, patch);
      this.store.set((state) => withQueue(state, view));
      notify(`The settings of “${view.name}” are saved.`, "done");
    };
    this.form.replaceChildren(el("h3", { text: `Settings of ${queue.name}`, dir: "auto" }), queueForm(queue, language, { save, done }));
    this.#render();
    this.form.querySelector("input")?.focus();
  }

  #done() {
    const id = this.#editing;
    this.#editing = null;
    this.form.replaceChildren();
    this.#render();
    this.list.querySelector(`[data-queue="${id}"] button`)?.focus();
  }
}

function availability(queue, full) {
  if (full) return "Full";
  return queue.available ? "Takes transfers" : "Nobody there";
}

function numbers(queue, stats) {
  const time = (seconds) => (seconds === null ? null : duration(seconds * 1000));
  const expected = stats.expected_wait_seconds === 0 ? "none" : time(stats.expected_wait_seconds);
  return [
    ["Ready", `${stats.ready} of ${stats.members}`],
    ["Free places", stats.free_capacity],
    ["With operators", stats.assigned],
    ["Longest wait now", time(stats.longest_wait_seconds) ?? "–"],
    ["Expected for a new one", expected ?? "can’t be estimated"],
  ];
}
