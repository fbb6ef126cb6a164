// Messages on their way to the server: shown at once, sent in order, each under a key of its own.
//
// A POST whose answer did not come may have been done. It is repeated with the same
// `Idempotency-Key`, and the server answers with the message that it has: no double, no loss. So
// what is not yet accepted is kept in sessionStorage too: a reload goes on with the same key.
//
// An item: {key, content, reply_to, state, detail}
//   state "sending"   not answered yet; `detail` says why where it takes longer
//         "accepted"  it came by the event stream; the answer is still out
//         "refused"   the server said no; `detail` says why

import { newKey } from "./api.js";
import { dropPending, putPending, withMessage } from "./store.js";
import { t } from "./say.ts";
import { pause } from "./stream.js";

export class Sending {
  #running = new Set();
  #timers = new Set();

  /** `windowClosed(id)` hears that the server knows better than this page whether free text may go. */
  constructor(api, store, kept, windowClosed = () => {}) {
    this.api = api;
    this.store = store;
    this.windowClosed = windowClosed;
    this.kept = kept; // {load(), save(value)}
  }

  /** Goes on with what a reload interrupted. */
  resume() {
    const saved = new Map(Object.entries(this.kept.load() ?? {}));
    this.store.set({ pending: saved });
    for (const id of saved.keys()) this.#run(id);
  }

  send(id, content, replyTo) {
    this.#put(id, { key: newKey(), content, reply_to: replyTo ?? null, state: "sending", detail: "" });
    this.#run(id);
  }

  /** Forgets a refused message; gives it back, so that its text can be corrected. */
  discard(id, key) {
    const item = this.#items(id).find((one) => one.key === key);
    this.#set((state) => dropPending(state, id, key));
    return item;
  }

  stop() {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.stopped = true;
  }

  #items(id) {
    return this.store.state.pending.get(id) ?? [];
  }

  /** One at a time in a conversation: what was written first arrives first. */
  async #run(id) {
    if (this.#running.has(id)) return;
    this.#running.add(id);
    for (let attempt = 1; !this.stopped; ) {
      const item = this.#items(id).find((one) => one.state !== "refused");
      if (!item) break;
      attempt = (await this.#try(id, item)) ? 1 : attempt + 1;
      if (attempt > 1) await this.#wait(pause(attempt - 1));
    }
    this.#running.delete(id);
  }

  /** @returns {Promise<boolean>} Whether the item is settled. */
  async #try(id, { key, content, reply_to }) {
    try {
      const message = await this.api.send(id, { content, ...(reply_to && { reply_to }) }, key);
      if (this.stopped) return true;
      this.#set((state) => dropPending(withMessage(state, message), id, key));
      return true;
    } catch (problem) {
      if (this.stopped) return true;
      const known = this.#items(id).find((one) => one.key === key);
      const state = problem.passing ? known.state : "refused";
      const detail = problem.passing ? t("network.waiting") : problem.message;
      this.#put(id, { ...known, state, detail, code: problem.code });
      if (problem.code === "window_closed") this.windowClosed(id);
      return !problem.passing;
    }
  }

  #wait(milliseconds) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#timers.delete(timer);
        removeEventListener("online", done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#timers.add(timer);
      addEventListener("online", done);
    });
  }

  #put(id, item) {
    this.#set((state) => putPending(state, id, item));
  }

  #set(change) {
    this.store.set(change);
    this.kept.save(Object.fromEntries(this.store.state.pending));
  }
}
