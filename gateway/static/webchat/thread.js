/* The visitor's thread: each message once, by its place. No page in here. */
export class Thread {
  constructor() {
    this.clear();
  }

  clear() {
    this.byId = new Map();
    this.seenSeq = 0;
    this.more = false;
  }

  /* Tells whether it is new. */
  put(message) {
    const fresh = !this.byId.has(message.id);
    this.byId.set(message.id, { ...this.byId.get(message.id), ...message });
    if (message.read && message.from !== "visitor") this.seenSeq = Math.max(this.seenSeq, message.seq);
    return fresh;
  }

  /* A change of a message that is not here is none of ours. */
  change(message) {
    if (this.byId.has(message.id)) this.byId.set(message.id, message);
  }

  seen(seq) {
    this.seenSeq = Math.max(this.seenSeq, seq);
  }

  list() {
    return [...this.byId.values()].sort((a, b) => a.seq - b.seq);
  }

  get newest() {
    return Math.max(0, ...[...this.byId.values()].map((one) => one.seq));
  }

  get oldest() {
    return Math.min(...[...this.byId.values()].map((one) => one.seq));
  }

  get unread() {
    return this.list().filter((one) => one.from !== "visitor" && !one.deleted && one.seq > this.seenSeq).length;
  }

  /* What to tell the server on coming back. */
  known() {
    return this.list()
      .slice(-100)
      .map((one) => one.id);
  }
}
