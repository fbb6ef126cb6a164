// A draft is kept on the server as well: begun at one device, gone on with at another.

const PAUSE = 1_500; // after the last key

export class DraftKeeper {
  #timers = new Map(); // conversation id → timer of what is not kept yet
  #tail = Promise.resolve(); // one request after the other: a drop must not overtake what it drops
  #kept = new Set(); // conversations of which the server has a draft of ours

  constructor(api) {
    this.api = api;
  }

  /** What the server has, or null. */
  async read(id) {
    try {
      const { content, reply_to } = await this.api.request("GET", `/conversations/${encodeURIComponent(id)}/draft`);
      if (!content) return null;
      this.#kept.add(id);
      return content.type === "text" ? { text: content.text, reply_to } : null;
    } catch {
      return null; // the draft of this device is as good
    }
  }

  /** Keep a draft when nothing more is typed for a moment; an empty one is dropped at once. */
  keep(id, draft) {
    clearTimeout(this.#timers.get(id));
    if (!draft.text.trim()) return this.drop(id);
    this.#timers.set(id, setTimeout(() => this.#put(id, draft), PAUSE));
  }

  drop(id) {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    if (this.#kept.delete(id)) this.#ask("DELETE", id);
  }

  stop() {
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  #put(id, { text, reply_to }) {
    this.#timers.delete(id);
    this.#kept.add(id);
    const body = { content: { type: "text", text }, ...(reply_to && { reply_to }) };
    this.#ask("PUT", id, body);
  }

  #ask(method, id, body) {
    const request = () => this.api.request(method, `/conversations/${encodeURIComponent(id)}/draft`, { body });
    this.#tail = this.#tail.then(request).catch(() => {}); // the draft of this device is as good
  }
}
