/* The chat: puts the parts together and follows the protocol (docs/webchat.md). */
import { Asking } from "./asking.js";
import { Chime } from "./chime.js";
import { FRAMES } from "./frames.js";
import { Line } from "./line.js";
import { Inviting } from "./inviting.js";
import { lastLook, looksOf } from "./looks.js";
import { noticeOf } from "./notice.js";
import { Outbox } from "./outbox.js";
import { rowsOf } from "./rows.js";
import { Store } from "./store.js";
import { textsFor } from "./texts.js";
import { Thread } from "./thread.js";
import { sendFile } from "./upload.js";
import { View } from "./view.js";

const TYPING_EVERY = 3000;
const TYPING_SHOWN = 6000;
const ACK_AFTER = 150;
const DRAW_AFTER = 20;
const LINKS_EVERY = 50 * 60000;

export class Chat {
  constructor(script) {
    const data = script.dataset;
    this.address = new URL(script.src);
    this.base = this.address.origin;
    this.channel = this.address.pathname.split("/").slice(-2)[0];
    this.language = data.lang || document.documentElement.lang || navigator.language;
    this.texts = textsFor(this.language);
    this.data = data;
    this.identity = data.identity || null;
    this.store = new Store(this.channel, [() => localStorage, () => sessionStorage]);
    this.asking = new Asking(this);
    this.chime = new Chime(this.texts, this.store);
    this.outbox = new Outbox(this.store);
    this.thread = new Thread();
    this.listeners = new Map();
    this.readSeq = 0;
    this.conversation = null;
    this.rated = this.store.get("rated");
    this.asked = [];
    this.view = new View(
      { texts: this.texts, chime: this.chime, ...looksOf(this, lastLook(this.store)), theme: data.theme || "light", side: data.side || "right", nonce: script.nonce, most: 4096 },
      {
        earlier: () => this.earlier(),
        opened: () => this.opened(),
        closed: () => this.store.remove("open"),
        typed: (text) => this.typed(text),
        write: (text) => this.write({ type: "text", text }),
        upload: (file) => this.upload(file),
        answer: (message) => this.answer(message),
        answered: (answers) => this.asking.answered(answers),
      },
    );
    this.view.write(this.store.get("draft") || "");
    this.inviting = new Inviting(this);
    this.line = new Line(`${this.base.replace(/^http/, "ws")}/webchat/${this.channel}/socket`, {
      hello: () => this.hello(),
      frame: (frame) => this.take(frame),
      lost: (code, reason) => this.lost(code, reason),
    });
    document.addEventListener("visibilitychange", () => this.read());
    for (const change of ["offline", "online"]) addEventListener(change, () => this.tellState());
    setInterval(() => this.freshLinks(), LINKS_EVERY);
    this.draw();
    this.line.open();
    if (data.open !== undefined || this.store.get("open")) this.view.open();
  }

  // The line

  async whoAmI() {
    const identity = typeof this.identity === "function" ? await this.identity() : this.identity;
    return identity ? { identity } : { token: this.store.get("token") || undefined };
  }

  async hello() {
    const hello = { ...(await this.whoAmI()), language: this.language };
    if (this.thread.newest) Object.assign(hello, { after: this.thread.newest, have: this.thread.known() });
    return hello;
  }

  lost(code, reason) {
    this.sending = null;
    this.asked = [];
    this.agentTyping(false);
    this.view.people([]);
    this.refused = code === 4401 && this.identity ? reason : null;
    if (code === 4401 && !this.identity) this.store.remove("token");
    this.tellState();
    if (this.refused) {
      complain(`the visitor's identity was refused (${reason}): see "Who the visitor is" in the documentation`);
      this.emit("identity", reason);
    } else if (!this.welcomed) {
      this.explain();
    }
    return !this.refused || typeof this.identity === "function";
  }

  /* A browser tells a script nothing of a refused socket: ask once more without one, for the site's owner. */
  async explain() {
    if (this.explained) return;
    this.explained = true;
    try {
      const answer = await fetch(`${this.base}/webchat/${this.channel}/socket`, { credentials: "omit" });
      if ([403, 404, 429].includes(answer.status)) complain((await answer.json()).detail);
    } catch {
      /* nobody answers: that is no fault of the page */
    }
  }

  take(frame) {
    FRAMES[frame.type]?.(this, frame);
  }

  /* The channel's looks; kept, so that the next page begins with them. */
  look(widget) {
    this.store.set("look", JSON.stringify(widget || {}));
    this.view.look(looksOf(this, widget || {}));
    this.inviting.rules = widget?.invitations || [];
    this.chime.preset(widget?.sound !== false);
    this.draw();
  }

  // Messages

  put(messages) {
    for (const message of messages) {
      const fresh = this.thread.put(message);
      if (message.client_id) this.outbox.drop(message.client_id);
      if (fresh && message.from !== "visitor") this.emit("message", { from: message.from });
    }
    this.drawSoon();
    this.acknowledging ??= setTimeout(() => this.acknowledge(), ACK_AFTER);
  }

  /* One word for all that came meanwhile: the server counts frames. */
  acknowledge() {
    this.acknowledging = null;
    if (this.thread.newest) this.line.send({ type: "ack", seq: this.thread.newest });
    this.read();
  }

  write(content) {
    this.outbox.add(content, this.replyTo?.id);
    this.answer(null);
    this.store.remove("draft");
    this.view.atEnd = true;
    this.draw();
    this.sendNext();
  }

  /* One at a time: the order is kept whatever is refused or lost. */
  sendNext() {
    const item = this.outbox.next();
    if (this.sending || !item || this.asking.waits || !this.line.live || Date.now() < (this.paused || 0)) return;
    const { id, content, reply_to, page } = item;
    const begins = !this.conversation || this.conversation.state === "closed";
    const form = this.asking.answers;
    if (this.line.send({ type: "message", id, content, reply_to, form, ...(begins ? { page } : {}) })) this.sending = id;
  }

  again(id) {
    const item = this.outbox.again(id);
    this.draw();
    if (item?.uploading) this.give(item);
    this.sendNext();
  }

  drop(id) {
    this.outbox.drop(id);
    this.draw();
  }

  answer(message) {
    this.replyTo = message;
    this.view.answer(message);
  }

  /* A question can be answered by a press until the visitor has said something after it. */
  canChoose(message) {
    if (!["buttons", "list"].includes(message.content?.type)) return false;
    if (message.content.buttons?.[0].id.startsWith("rating:")) return !this.outbox.items.length;
    const said = this.thread.list().some((one) => one.from === "visitor" && one.seq > message.seq);
    return !said && !this.outbox.items.length && this.conversation?.state !== "closed";
  }

  /* A score counts, also after the close and instead of another one; it is no message of the thread. */
  rate(id) {
    this.rated = this.outbox.find(id)?.content.id;
    this.outbox.drop(id);
    this.store.set("rated", this.rated || "");
  }

  choose(message, row) {
    this.replyTo = message;
    this.write({ type: "choice", id: row.id, title: row.title, ...(row.description ? { description: row.description } : {}) });
  }

  earlier() {
    this.ask("earlier", this.thread.oldest);
  }

  /* Answers come in the order of the questions; what the line did not take has none. */
  ask(why, before) {
    if (this.line.send({ type: "history", before })) this.asked.push(why);
  }

  // Reading and typing

  opened() {
    this.store.set("open", "1");
    this.read();
  }

  read() {
    const visible = this.view.isOpen && document.visibilityState === "visible";
    if (visible && this.thread.unread && this.line.send({ type: "read", seq: this.thread.newest })) {
      this.thread.seen(this.thread.newest);
    }
    this.view.unread(this.thread.unread);
    this.emit("unread", this.thread.unread);
  }

  typed(text) {
    if (text) this.store.set("draft", text);
    else this.store.remove("draft");
    if (text && Date.now() - (this.typedAt || 0) > TYPING_EVERY) {
      this.typedAt = Date.now();
      this.line.send({ type: "typing" });
    }
  }

  agentTyping(on) {
    clearTimeout(this.typingTimer);
    this.typing = on;
    if (on) this.typingTimer = setTimeout(() => this.agentTyping(false), TYPING_SHOWN);
    this.tellState();
  }

  // What is shown

  tellState() {
    this.view.tell(noticeOf(this, navigator.onLine));
    this.view.say(this.typing ? this.texts.typing(this.conversation?.agent) : "");
  }

  /* A hundred messages of one moment are one drawing. */
  drawSoon() {
    this.drawing ??= setTimeout(() => this.draw(), DRAW_AFTER);
  }

  draw() {
    clearTimeout(this.drawing);
    this.drawing = null;
    this.view.draw(rowsOf(this), this.thread.more);
    this.view.unread(this.thread.unread);
  }

  // Files

  upload(file) {
    if (file.size > this.uploadBytes) {
      this.view.say(this.texts.tooLarge(Math.floor(this.uploadBytes / 1048576)));
      return;
    }
    const item = this.outbox.add({ type: "file" }, this.replyTo?.id, file);
    this.answer(null);
    this.draw();
    this.give(item);
  }

  /* First the file, then the message that names it. */
  async give(item) {
    try {
      const { id, refused } = await sendFile(`${this.base}/webchat/${this.channel}/files`, await this.whoAmI(), item.file);
      if (id) this.outbox.uploaded(item, id);
      else this.outbox.failed(item.id, refused);
    } catch {
      this.outbox.failed(item.id, "");
    }
    this.draw();
    this.sendNext();
  }

  /* Links to files end after an hour: while the page is open they are asked for again before. */
  freshLinks() {
    if (!this.thread.list().some((one) => one.content.media)) return;
    this.ask("refresh", this.thread.newest + 1);
  }

  // For the page

  on(name, listener) {
    this.listeners.set(name, [...(this.listeners.get(name) || []), listener]);
  }

  emit(name, detail) {
    for (const listener of this.listeners.get(name) || []) listener(detail);
  }

  /* Another person is at the page: what the last one saw goes away. */
  identify(identity) {
    const waited = this.refused;
    this.identity = identity || null;
    this.refused = null;
    if (!waited) {
      this.thread.clear();
      this.conversation = null;
      this.asking.over();
      this.readSeq = 0;
    }
    this.line.stop();
    this.draw();
    this.line.open();
  }

  forget() {
    for (const name of this.store.names("")) this.store.remove(name);
    this.outbox.items = [];
    this.view.write("");
    this.identify(null);
  }
}

/* For the site's owner; the visitor is told in the chat. */
function complain(what) {
  console.error(`Web chat: ${what}`);
}
