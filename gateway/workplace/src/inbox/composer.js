// Where the operator writes: draft, reply, the reply window's clock, and why writing is not possible.

import { Attachments, contentsOf } from "./attachments.js";
import { serverNow } from "../core/clock.js";
import { el, icon } from "../core/dom.js";
import { offeredIn, setField, takesKey, typed, writingIn } from "./composing.ts";
import { authorName, namesOf } from "./thread/names.ts";
import { wordsOf } from "./last_words.ts";
import { t } from "../core/say.ts";
import { letter } from "../frame/letters.ts";
import { signed, withSigns } from "./signs.ts";
import { displayName, mayTakeOver } from "../core/store.js";
import { duration, fullTime, replyWindow } from "../core/time.js";

const TYPING_EVERY = 4_000;
const SIGN_KEYS = new Map([["b", "*"], ["i", "_"]]);
const HURRY = 60 * 60 * 1000;

const byId = (id) => document.getElementById(id);

export class Composer {
  #id = null; // conversation whose draft is in the field
  #reply = null; // message that is answered
  #typed = 0;
  #asked = new Set(); // conversations whose draft on the server was read

  /** `does` has send(id, content, replyTo), upload(file, onProgress, signal), typing(id), escape(); `kept` holds the drafts of this device. */
  constructor(store, does, kept, { offer, server }) {
    this.store = store;
    this.server = server; // keeps drafts there, too
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
    setField({ focus: () => this.#focusNow(), insert: (text) => this.#insert(text), replace: (text) => this.#replace(text), take: () => this.#take(), putBack: (contents) => this.#putBack(contents) });
  }

  stop() {
    this.listeners.abort();
    this.server.stop();
    setField(null);
    writingIn.value = offeredIn.value = null;
    typed.value = "";
    this.attachments.stop();
    this.field.value = "";
  }

  /** @returns {boolean} False where one can't write. */
  focus() {
    if (!this.field.disabled) this.field.focus();
    return !this.field.disabled;
  }

  /** The cursor in the field, where what was just done allows writing. */
  #focusNow() {
    this.render(this.store.state);
    return this.focus();
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
    const { text, caption, media, marks } = item.content;
    this.field.value = [withSigns(text ?? caption ?? "", marks), this.field.value].filter(Boolean).join("\n");
    if (media?.id) this.attachments.restore(this.#id, media.id);
    this.#onInput();
    this.focus();
  }

  render(state) {
    const conversation = state.conversations.get(state.selected);
    if (state.selected !== this.#id) this.#change(state);
    if (!conversation) return void (writingIn.value = offeredIn.value = null);
    const { text, kind, disabled, offers } = situation(conversation, state, serverNow());
    this.offer.show(offers ? conversation : null);
    offeredIn.value = offers ? this.#id : null;
    const note = byId("composer-note");
    if (note.textContent !== text) note.textContent = text;
    note.className = `composer-note ${kind}`;
    byId("composer").classList.toggle("disabled", disabled);
    this.field.disabled = byId("attach").disabled = disabled;
    byId("send").disabled = disabled || !this.attachments.ready(this.#id);
    writingIn.value = disabled ? null : this.#id;
    if (!disabled) this.#askForDraft(this.#id);
    this.attachments.render(this.#id);
    this.#renderReply(state);
  }

  #change(state) {
    this.#id = state.selected;
    const draft = this.drafts[this.#id] ?? { text: "", reply_to: null };
    const messages = state.threads.get(this.#id)?.messages ?? [];
    this.#reply = draft.reply_to ?? null;
    if (typeof this.#reply === "string") this.#reply = messages.find((one) => one.id === this.#reply) ?? { id: this.#reply };
    this.#show(draft.text);
  }

  /** What was begun at another device, where this one has nothing. */
  async #askForDraft(id) {
    if (this.#asked.has(id)) return;
    this.#asked.add(id);
    if (this.drafts[id]) return;
    const draft = await this.server.read(id);
    if (!draft || this.drafts[id] || this.listeners.signal.aborted) return;
    this.drafts[id] = draft;
    this.kept.save(this.drafts);
    if (this.#id === id && !this.field.value) this.#change(this.store.state);
  }

  #show(text) {
    this.field.value = text;
    typed.value = text;
    this.#fit();
  }

  /** For the parts around the field: put a text where the cursor is, or in place of all. */
  #insert(text) {
    const { selectionStart: from, selectionEnd: to, value } = this.field;
    this.#replace(value.slice(0, from) + text + value.slice(to), from + text.length);
  }

  #replace(text, cursor = text.length) {
    this.field.value = text;
    this.#onInput();
    this.focus();
    this.field.setSelectionRange(cursor, cursor);
  }

  #putBack(contents) {
    for (const content of contents) this.edit({ content });
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
    const context = { me: state.me, names: namesOf(state.operators), customer: conversation ? displayName(conversation) : "" };
    bar.replaceChildren(
      el(
        "div",
        { class: "quote" },
        el("strong", { text: known ? t("composer.reply_to", { name: authorName(known.author, context) }) : t("composer.reply"), dir: "auto" }),
        el("span", { text: known ? wordsOf(known.content) : "", dir: "auto" }),
      ),
      el("button", { type: "button", class: "quiet", "aria-label": t("composer.no_reply"), on: { click: () => this.#dropReply() } }, icon("close")),
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
    if (takesKey(event)) event.stopPropagation();
    else if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      this.#send();
    } else if ((event.ctrlKey || event.metaKey) && !event.altKey && SIGN_KEYS.has(letter(event))) {
      event.preventDefault();
      this.#sign(SIGN_KEYS.get(letter(event)));
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (this.#reply) this.#dropReply();
      else this.does.escape();
    }
  }

  /** Formats what is selected, or takes it back. */
  #sign(sign) {
    const { selectionStart, selectionEnd, value } = this.field;
    if (selectionStart === selectionEnd) return;
    const [text, from, to] = signed(value, selectionStart, selectionEnd, sign);
    this.#replace(text);
    this.field.setSelectionRange(from, to);
  }

  #onInput() {
    typed.value = this.field.value;
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
    const id = this.#id;
    const taken = this.#take();
    if (!taken) return;
    const [first, ...more] = taken.contents;
    this.does.send(id, first, taken.replyTo);
    for (const content of more) this.does.send(id, content);
  }

  /** What is to be sent, with the message that it answers; null where nothing can be. The field is empty then. */
  #take() {
    const text = this.field.value.trim();
    const chosen = this.attachments.of(this.#id).length;
    if ((!text && !chosen) || this.field.disabled || !this.attachments.ready(this.#id)) return null;
    const replyTo = this.#reply?.id;
    this.#reply = null;
    this.#typed = 0;
    this.#show("");
    this.#keepDraft();
    return { contents: contentsOf(this.attachments.take(this.#id), text), replyTo };
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
    this.server.keep(this.#id, draft);
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
    return { text: t("composer.closed"), kind: "stop", disabled: true };
  }
  if (conversation.operator_id === null) {
    return { text: t("composer.unassigned"), kind: "stop", disabled: true };
  }
  if (conversation.operator_id !== state.me.id) {
    const name = state.operators.get(conversation.operator_id)?.name ?? t("composer.another");
    return { text: t(mayTakeOver(state.me) ? "composer.take_over" : "composer.theirs", { name }), kind: "stop", disabled: true };
  }
  if (conversation.control?.ours === false) return { text: t("composer.agent_answers"), kind: "stop", disabled: true };
  const window = replyWindow(conversation.window, now);
  if (!window.limited) return { text: "", kind: "", disabled: false };
  if (!window.open) {
    const since = conversation.window.expires_at;
    return {
      text: since ? t("composer.window_closed_since", { time: fullTime(since) }) : t("composer.window_closed"),
      kind: "stop", disabled: true, offers: true,
    };
  }
  return { text: t("composer.window_closes", { time: duration(window.left) }), kind: window.left < HURRY ? "hurry" : "", disabled: false };
}
