// Where the operator writes: draft, reply, the reply window's clock, and why writing is not possible.

import { Attachments, contentsOf } from "./attachments.js";
import { serverNow } from "../core/clock.js";
import { el, icon } from "../core/dom.js";
import { authorName } from "./message.js";
import { previewOf } from "../core/events.js";
import { displayName, mayTakeOver } from "../core/store.js";
import { duration, fullTime, replyWindow } from "../core/time.js";

const TYPING_EVERY = 4_000;
const HURRY = 60 * 60 * 1000;

const byId = (id) => document.getElementById(id);

export class Composer {
  #id = null; // conversation whose draft is in the field
  #reply = null; // message that is answered
  #typed = 0;

  /** `does` has send(id, content, replyTo), upload(file, onProgress, signal), typing(id), escape(); `kept` holds the drafts. */
  constructor(store, does, kept, offer) {
    this.store = store;
    this.offer = offer; // shows templates while the window is closed
    this.does = does;
    this.kept = kept;
    this.drafts = kept.load() ?? {};
    this.field = byId("text");
    this.listeners = new AbortController();
    const options = { signal: this.listeners.signal };
    byId("composer-form").addEventListener("submit", (event) => this.#onSubmit(event), options);
    this.field.addEventListener("keydown", (event) => this.#onKey(event), options);
    this.field.addEventListener("input", () => this.#onInput(), options);
    this.attachments = new Attachments(byId("attachments"), does.upload, () => this.render(this.store.state));
    this.#listenForFiles(options);
  }

  stop() {
    this.listeners.abort();
    this.attachments.stop();
    this.field.value = "";
  }

  /** @returns {boolean} False where one can't write. */
  focus() {
    if (!this.field.disabled) this.field.focus();
    return !this.field.disabled;
  }

  /** Answers a message; Escape takes it back. */
  reply(message) {
    this.#reply = message;
    this.#keepDraft();
    this.#renderReply(this.store.state);
    this.focus();
  }

  /** Puts the text of a refused message back, to be corrected. */
  edit(item) {
    const { text, caption, media } = item.content;
    this.field.value = [text ?? caption, this.field.value].filter(Boolean).join("\n");
    if (media?.id) this.attachments.restore(this.#id, media.id);
    this.#onInput();
    this.focus();
  }

  render(state) {
    const conversation = state.conversations.get(state.selected);
    if (state.selected !== this.#id) this.#change(state);
    if (!conversation) return;
    const { text, kind, disabled, offers } = situation(conversation, state, serverNow());
    this.offer.show(offers ? conversation : null);
    const note = byId("composer-note");
    if (note.textContent !== text) note.textContent = text;
    note.className = `composer-note ${kind}`;
    byId("composer").classList.toggle("disabled", disabled);
    this.field.disabled = byId("attach").disabled = disabled;
    byId("send").disabled = disabled || !this.attachments.ready(this.#id);
    this.attachments.render(this.#id);
    this.#renderReply(state);
  }

  #change(state) {
    this.#id = state.selected;
    const draft = this.drafts[this.#id] ?? { text: "", reply_to: null };
    const messages = state.threads.get(this.#id)?.messages ?? [];
    this.#reply = draft.reply_to ?? null;
    if (typeof this.#reply === "string") this.#reply = messages.find((one) => one.id === this.#reply) ?? { id: this.#reply };
    this.field.value = draft.text;
    this.#fit();
  }

  #renderReply(state) {
    const bar = byId("reply-bar");
    bar.hidden = !this.#reply;
    if (!this.#reply) return;
    const known = state.threads.get(this.#id)?.messages.find((one) => one.id === this.#reply.id);
    if (known) this.#reply = known;
    if (bar.dataset.id === this.#reply.id && bar.dataset.known === String(Boolean(known))) return;
    Object.assign(bar.dataset, { id: this.#reply.id, known: Boolean(known) });
    const conversation = state.conversations.get(this.#id);
    const context = { me: state.me, operators: state.operators, customer: conversation ? displayName(conversation) : "" };
    bar.replaceChildren(
      el(
        "div",
        { class: "quote" },
        el("strong", { text: known ? `Reply to ${authorName(known, context)}` : "Reply", dir: "auto" }),
        el("span", { text: known ? previewOf(known.content) : "", dir: "auto" }),
      ),
      el("button", { type: "button", class: "quiet", "aria-label": "Don't reply to this message", on: { click: () => this.#dropReply() } }, icon("close")),
    );
  }

  #dropReply() {
    this.#reply = null;
    this.#keepDraft();
    this.#renderReply(this.store.state);
    this.focus();
  }

  #onKey(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (this.#reply) this.#dropReply();
      else this.does.escape();
    }
  }

  #onInput() {
    this.#fit();
    this.#keepDraft();
    const now = Date.now();
    if (this.field.value && now - this.#typed > TYPING_EVERY) {
      this.#typed = now;
      this.does.typing(this.#id);
    }
  }

  #onSubmit(event) {
    event.preventDefault();
    this.#send();
  }

  #send() {
    const text = this.field.value.trim();
    const chosen = this.attachments.of(this.#id).length;
    if ((!text && !chosen) || this.field.disabled || !this.attachments.ready(this.#id)) return;
    const replyTo = this.#reply?.id;
    this.field.value = "";
    this.#reply = null;
    this.#typed = 0;
    this.#keepDraft();
    this.#fit();
    const [first, ...more] = contentsOf(this.attachments.take(this.#id), text);
    this.does.send(this.#id, first, replyTo);
    for (const content of more) this.does.send(this.#id, content);
  }

  /** Files are chosen by the button, dropped on the thread, or pasted. */
  #listenForFiles(options) {
    const choose = byId("choose-files");
    byId("attach").replaceChildren(icon("clip"));
    byId("attach").addEventListener("click", () => choose.click(), options);
    choose.addEventListener("change", () => {
      this.#attach(choose.files);
      choose.value = "";
    }, options);
    this.field.addEventListener("paste", (event) => {
      if (event.clipboardData.files.length && this.#attach(event.clipboardData.files)) event.preventDefault();
    }, options);
    const thread = byId("thread");
    const isFiles = (event) => event.dataTransfer?.types.includes("Files");
    const over = (event, inside) => {
      if (!isFiles(event)) return;
      event.preventDefault(); // otherwise the browser leaves the page and opens the file
      thread.classList.toggle("dropping", inside && thread.contains(event.target) && !this.field.disabled);
    };
    document.addEventListener("dragover", (event) => over(event, true), options);
    document.addEventListener("dragleave", (event) => over(event, false), options);
    document.addEventListener("drop", (event) => {
      over(event, false);
      if (isFiles(event) && thread.contains(event.target)) this.#attach(event.dataTransfer.files);
    }, options);
  }

  /** @returns {boolean} Whether files can be sent here. */
  #attach(files) {
    if (this.field.disabled || byId("thread").hidden) return false;
    this.attachments.add(this.#id, files);
    this.focus();
    return true;
  }

  #keepDraft() {
    const draft = { text: this.field.value, reply_to: this.#reply?.id ?? null };
    if (draft.text || draft.reply_to) this.drafts[this.#id] = draft;
    else delete this.drafts[this.#id];
    this.kept.save(this.drafts);
  }

  /** As high as its text, up to the limit in the style sheet. */
  #fit() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight + 2}px`;
  }
}

/** What stands above the field, and whether it can be used. The server checks all of it again. */
export function situation(conversation, state, now) {
  if (conversation.state === "closed") {
    return { text: "This conversation is closed. It opens anew when the customer writes again.", kind: "stop", disabled: true };
  }
  if (conversation.operator_id === null) {
    return { text: "Nobody has this conversation yet. Assign it to yourself to answer.", kind: "stop", disabled: true };
  }
  if (conversation.operator_id !== state.me.id) {
    const name = state.operators.get(conversation.operator_id)?.name ?? "Another operator";
    const more = mayTakeOver(state.me) ? " Take it over to answer." : "";
    return { text: `${name} has this conversation.${more}`, kind: "stop", disabled: true };
  }
  const window = replyWindow(conversation.window, now);
  if (!window.limited) return { text: "", kind: "", disabled: false };
  if (!window.open) {
    const since = conversation.window.expires_at ? ` since ${fullTime(conversation.window.expires_at)}` : "";
    return {
      text: `The 24-hour window is closed${since}. Only an approved template may be sent until the customer writes again.`,
      kind: "stop", disabled: true, offers: true,
    };
  }
  return { text: `Window closes in ${duration(window.left)}`, kind: window.left < HURRY ? "hurry" : "", disabled: false };
}
