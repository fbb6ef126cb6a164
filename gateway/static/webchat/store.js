/* What outlives the page: the visitor's token, what is not sent yet, what is half written. */
class Store {
  constructor(channel, areas) {
    this.prefix = `webchat:${channel}:`;
    this.memory = new Map();
    this.area = areas.find((area) => this.works(area));
  }

  works(area) {
    try {
      const store = area();
      store.setItem(`${this.prefix}probe`, "1");
      store.removeItem(`${this.prefix}probe`);
      this.open = store;
      return true;
    } catch {
      return false;
    }
  }

  get(name) {
    const key = this.prefix + name;
    try {
      return this.memory.get(key) ?? (this.open ? this.open.getItem(key) : null);
    } catch {
      return null;
    }
  }

  /* A full or forbidden store is no reason to lose anything while the page lives. */
  set(name, value) {
    const key = this.prefix + name;
    try {
      if (!this.open) throw new Error("no store");
      this.open.setItem(key, value);
      this.memory.delete(key);
    } catch {
      this.memory.set(key, value);
    }
  }

  remove(name) {
    const key = this.prefix + name;
    this.memory.delete(key);
    try {
      this.open?.removeItem(key);
    } catch {
      /* it was never there */
    }
  }

  names(start) {
    const keys = new Set(this.memory.keys());
    try {
      for (let i = 0; this.open && i < this.open.length; i += 1) keys.add(this.open.key(i));
    } catch {
      /* only what is in memory */
    }
    const whole = this.prefix + start;
    return [...keys].filter((key) => key.startsWith(whole)).map((key) => key.slice(this.prefix.length));
  }
}

/* Messages that the server has not acknowledged, the oldest first; every tab may send them, the server takes each
   once. */
class Outbox {
  constructor(store) {
    this.store = store;
    this.items = [];
    this.count = 0;
    this.load();
  }

  load() {
    for (const name of this.store.names("out:")) {
      try {
        const item = JSON.parse(this.store.get(name));
        if (item?.id && !this.find(item.id)) this.items.push(item);
      } catch {
        this.store.remove(name);
      }
    }
    this.items.sort((a, b) => a.at - b.at || a.number - b.number);
  }

  find(id) {
    return this.items.find((item) => item.id === id);
  }

  add(content, replyTo) {
    this.count += 1;
    const item = { id: newId(), content, at: Date.now(), number: this.count };
    if (replyTo) item.reply_to = replyTo;
    this.items.push(item);
    this.keep(item);
    return item;
  }

  keep(item) {
    this.store.set(`out:${item.id}`, JSON.stringify(item));
  }

  /* The server has it: it need not be kept, but is shown until it comes back with its place. */
  accepted(id) {
    const item = this.find(id);
    if (item) item.accepted = true;
    this.store.remove(`out:${id}`);
  }

  failed(id, why) {
    const item = this.find(id);
    if (!item) return;
    item.failed = why;
    this.keep(item);
  }

  again(id) {
    const item = this.find(id);
    if (!item) return;
    delete item.failed;
    this.keep(item);
  }

  drop(id) {
    this.items = this.items.filter((item) => item.id !== id);
    this.store.remove(`out:${id}`);
  }

  next() {
    return this.items.find((item) => !item.accepted && !item.failed && !item.uploading);
  }
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
}
