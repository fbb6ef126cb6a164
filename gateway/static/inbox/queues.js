// How things stand in the queues, for supervisors and above; administrators change settings here.

import { closingForm } from "./closing_form.js";
import { closingLine } from "./closing_patch.js";
import { openDialog } from "./dialog.js";
import { el, keyed } from "./dom.js";
import { kindName } from "./list.js";
import { notify } from "./notices.js";
import { queueForm } from "./queue_form.js";
import { mayChangeQueues, withQueue } from "./team.js";
import { duration } from "./time.js";

const STATS_PAUSE = 500;

export class QueuesView {
  #stats = new Map(); // queue id → its numbers, as read last
  #channels = [];
  #asking = null;
  #editing = null; // id of the queue or channel whose form is open

  constructor(api, store) {
    this.api = api;
    this.store = store;
  }

  open() {
    this.list = el("ul", { class: "queues" });
    this.channelList = el("ul", { class: "channels" });
    this.channelPart = el("section", { hidden: true }, el("h3", { text: "Channels: closing by itself" }), this.channelList);
    this.form = el("div", { class: "queue-settings" });
    const { box } = openDialog({ id: "queues", title: "Queues", class: "wide", onClose: () => this.#closed() }, this.list, this.channelPart, this.form);
    this.box = box;
    this.stopListening = this.store.subscribe(() => this.#changed());
    this.#render();
    this.#ask();
    if (mayChangeQueues(this.store.state.me)) this.#readSettings();
  }

  #closed() {
    this.stopListening();
    clearTimeout(this.#asking);
    this.#asking = this.#editing = null;
    this.#channels = [];
    for (const list of [this.list, this.channelList]) keyed(list, [], {});
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
    this.hours = this.api.businessHours();
    this.hours.catch(() => {}); // who needs them says so
    try {
      this.#channels = await this.api.channels();
    } catch (problem) {
      notify(problem.message);
    }
    if (this.box.open) this.#render();
  }

  #render() {
    const { queues, me } = this.store.state;
    this.queues = queues;
    keyed(this.list, this.#sorted(), {
      key: (one) => one.id,
      signature: (one) => [one, this.#stats.get(one.id), this.#editing === one.id],
      make: (one) => this.#card(one, this.#stats.get(one.id), mayChangeQueues(me)),
    });
    if (!queues.size) this.list.replaceChildren(el("li", { class: "empty", text: "There are no queues yet." }));
    keyed(this.channelList, this.#channels, {
      key: (one) => one.id,
      signature: (one) => [one, queues.get(one.queue_id)?.name, this.#editing === one.id],
      make: (one) => this.#channel(one),
    });
    this.channelPart.hidden = !this.#channels.length;
  }

  #sorted() {
    return [...this.store.state.queues.values()].sort((one, other) => one.name.localeCompare(other.name));
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
        mayChange && this.#settingsButton(queue, "queue-settings", () => this.#editQueue(queue.id)),
      ),
      el("p", { class: "waiting" }, el("strong", { text: queue.waiting }), queue.limit === null ? " waiting, no limit" : ` of ${queue.limit} waiting`),
      el("dl", { class: "numbers small" }, stats && numbers(queue, stats).map(([term, value]) => el("div", {}, el("dt", { text: term }), el("dd", { text: value })))),
    );
  }

  #channel(channel) {
    const queue = this.store.state.queues.get(channel.queue_id);
    return el(
      "li",
      { class: "channel-row", dataset: { channel: channel.id } },
      el("span", { class: `kind kind-${channel.kind}`, text: kindName(channel.kind) }),
      el(
        "p", {},
        el("strong", { text: channel.name, dir: "auto" }), queue ? ` → ${queue.name}` : " (no queue)",
        el("span", { class: "soft small closing-line", text: closingLine(channel.auto_close) }),
      ),
      this.#settingsButton(channel, "channel-settings", () => this.#editChannel(channel.id)),
    );
  }

  #settingsButton({ id, name }, action, click) {
    return el("button", {
      type: "button", text: "Settings", "aria-label": `Settings of ${name}`, dataset: { focus: "settings", action },
      "aria-pressed": String(this.#editing === id), on: { click },
    });
  }

  async #editQueue(id) {
    let hours = [];
    try {
      hours = await this.hours;
    } catch (problem) {
      return void notify(problem.message);
    }
    const queue = this.store.state.queues.get(id);
    if (!queue || !this.box.open) return;
    const language = this.store.state.workspace?.settings?.language ?? "en";
    const save = async (patch) => {
      const view = await this.api.patchQueue(id, patch);
      this.store.set((state) => withQueue(state, view));
      notify(`The settings of “${view.name}” are saved.`, "done");
    };
    this.#edit(queue, queueForm(queue, { language, hours, queues: this.#sorted() }, { save, done: () => this.#done() }));
  }

  #editChannel(id) {
    const channel = this.#channels.find((one) => one.id === id);
    const save = async (patch) => {
      const view = await this.api.patchChannel(id, patch);
      this.#channels = this.#channels.map((one) => (one.id === id ? view : one));
      notify(`The settings of “${view.name}” are saved.`, "done");
    };
    this.#edit(channel, closingForm(channel, { save, done: () => this.#done() }));
  }

  #edit({ id, name }, form) {
    this.#editing = id;
    this.form.replaceChildren(el("h3", { text: `Settings of ${name}`, dir: "auto" }), form);
    this.#render();
    this.form.scrollIntoView({ block: "start" });
    this.form.querySelector("input")?.focus();
  }

  #done() {
    const id = this.#editing;
    this.#editing = null;
    this.form.replaceChildren();
    this.#render();
    this.box.querySelector(`[data-queue="${id}"] button, [data-channel="${id}"] button`)?.focus();
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
