/* Greetings that begin by rule: on a page, after some seconds, each once in a browser, and to nobody who has written. */
const LOOK_EVERY = 1000;
const MOST_KEPT = 30;

/* `*` stands for any text, also none. */
export function fitsPath(pattern, path) {
  const [first, ...rest] = pattern.split("*");
  if (!rest.length) return path === pattern;
  const last = rest.pop();
  let at = path.startsWith(first) ? first.length : -1;
  for (const part of rest) {
    at = at < 0 ? -1 : path.indexOf(part, at);
    if (at >= 0) at += part.length;
  }
  return at >= 0 && path.length - last.length >= at && path.endsWith(last);
}

export class Inviting {
  constructor(chat) {
    this.chat = chat;
    this.rules = [];
    setInterval(() => this.look(), LOOK_EVERY);
  }

  look() {
    const { chat } = this;
    if (this.path !== location.pathname) {
      this.path = location.pathname;
      this.since = Date.now();
    }
    if (chat.view.isOpen || chat.conversation || chat.outbox.items.length || !chat.view.bubble.hidden) return;
    const told = JSON.parse(chat.store.get("invited") || "[]");
    const due = (one) => fitsPath(one.path, this.path) && Date.now() - this.since >= one.after_seconds * 1000;
    const rule = this.rules.find((one) => due(one) && !told.includes(one.text));
    if (!rule) return;
    chat.store.set("invited", JSON.stringify([...told, rule.text].slice(-MOST_KEPT)));
    chat.view.invite(rule.text);
  }
}
