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

  add(content, replyTo, file) {
    this.count += 1;
    const item = { id: newId(), content, at: Date.now(), number: this.count };
    if (replyTo) item.reply_to = replyTo;
    if (file) Object.assign(item, { file, name: file.name, uploading: true });
    this.items.push(item);
    this.keep(item);
    return item;
  }

  uploaded(item, id) {
    item.content = { ...item.content, id };
    delete item.file;
    delete item.uploading;
    this.keep(item);
  }

  /* A file can't be kept over a reload: its message is, once the file is with the server. */
  keep(item) {
    if (item.file) return;
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
    delete item.uploading;
    this.keep(item);
  }

  again(id) {
    const item = this.find(id);
    if (!item) return null;
    delete item.failed;
    if (item.file) item.uploading = true;
    this.keep(item);
    return item;
  }

  drop(id) {
    this.items = this.items.filter((item) => item.id !== id);
    this.store.remove(`out:${id}`);
  }

  next() {
    const first = this.items.find((item) => !item.accepted && item.failed === undefined);
    return first?.uploading ? undefined : first;
  }
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
}
