/* Messages that the server has not acknowledged, the oldest first; every tab may send them, the server takes each
   once. */
import { pageNow } from "./page.js";

export class Outbox {
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
    const page = pageNow();
    if (page) item.page = page;
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
