/* What outlives the page: the visitor's token, what is not sent yet, what is half written. */
export class Store {
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
