// One customer's phone: the chat with one business, on the messenger that is given.

import { ask, askContact, askLocation, askPicture } from "./ask.js";
import { element } from "./elements.js";
import { Thread } from "./thread.js";
import { record } from "./voice.js";

const ACTIONS = { upload_photo: "sending a photo…", record_voice: "recording…", upload_voice: "sending a voice message…",
  upload_document: "sending a file…", upload_video: "sending a video…", find_location: "sending a location…" };
const NOTICE_SECONDS = 6;

export class Phone {
  constructor({ messenger, business, key, name, onRemove, onOpenChange }) {
    Object.assign(this, { messenger, business, name, chat: [business.id, key], answered: null });
    this.root = document.getElementById("phone").content.firstElementChild.cloneNode(true);
    this.root.classList.add(messenger.id);
    this.label();
    this.find(".remove").addEventListener("click", () => onRemove(this));
    this.find(".open").addEventListener("change", onOpenChange);
    this.find(".reads").hidden = !messenger.readsAloud;
    this.find(".blocks").hidden = !messenger.block;
    this.find(".agents").hidden = !messenger.letAgentAnswer;
    this.find(".agent").checked = Boolean(business.agent);
    this.find(".agent").addEventListener("change", ({ target }) =>
      this.attempt(() => messenger.letAgentAnswer(business, target.checked)));
    this.find(".blocked").addEventListener("change", ({ target }) =>
      this.attempt(() => messenger.block(this.chat, target.checked)));
    this.bindComposer();
    this.bindQuick();
    this.thread = new Thread(this.find(".thread"), {
      idOf: messenger.idOf, reactionOf: messenger.reactionOf, bubble: (message) => this.bubble(message) });
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  /** Where a message goes, and which one it answers. */
  get to() {
    return { chat: this.chat, business: this.business, answered: this.answered };
  }

  get open() {
    return this.find(".open").checked;
  }

  label() {
    const { title } = this.messenger;
    this.root.setAttribute("aria-label", `${title} of ${this.name}`);
    this.find(".business").textContent = this.business.name;
    this.find(".messenger").textContent = title;
    this.find(".avatar").textContent = this.business.name.slice(0, 1).toUpperCase();
    this.find(".owner").textContent = `${this.name} · ${this.messenger.owner(this.chat[1])}`;
    this.find(".thread").setAttribute("aria-label", `Chat of ${this.name} on ${title}`);
    const id = `message-${this.messenger.id}-${this.chat.join("-").replace(/\W/g, "_")}`;
    this.find(".composer label").htmlFor = id;
    this.find(".composer textarea").id = id;
  }

  bindComposer() {
    const form = this.find(".composer");
    const box = form.querySelector("textarea");
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
      if (event.key === "Escape") this.answer(null);
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const body = box.value.trim();
      if (!body) return;
      box.value = "";
      if (!(await this.say(body))) box.value = body;
    });
    this.find(".answering button").addEventListener("click", () => this.answer(null));
  }

  bindQuick() {
    const kinds = { link: () => this.sendPicture(), file: () => this.find(".file").click(), voice: () => this.sendVoice(),
      location: () => this.sendLocation(), contact: () => this.sendContact() };
    this.find(".quick").addEventListener("click", (event) => kinds[event.target.dataset.kind]?.());
    this.find(".file").addEventListener("change", ({ target }) => {
      const files = [...target.files];
      target.value = "";
      if (files.length) this.send((to) => this.messenger.files(to, files));
    });
  }

  say(text) {
    return this.send((to) => this.messenger.text(to, text));
  }

  async sendPicture() {
    const given = await askPicture();
    if (given) this.send((to) => this.messenger.picture(to, given.link, given.caption));
  }

  async sendLocation() {
    const given = await askLocation();
    if (given) this.send((to) => this.messenger.location(to, given));
  }

  async sendContact(own) {
    const given = await askContact(own ? this.name : "Bob Jones");
    if (given) this.send((to) => this.messenger.contact(to, { ...given, own }));
  }

  async sendVoice() {
    if (this.recording) return this.recording.stop();
    this.recording = await record();
    const button = this.find("[data-kind=voice]");
    button.textContent = this.recording.sampled ? "Voice" : "Stop";
    const started = performance.now();
    const sound = await this.recording.sound;
    const seconds = Math.max(1, Math.round((performance.now() - started) / 1000));
    this.recording = null;
    button.textContent = "Voice";
    return this.send((to) => this.messenger.voice(to, sound, seconds));
  }

  /** Sends a message; what it answers is answered only once. */
  async send(work) {
    const { to } = this;
    const sent = await this.attempt(() => work(to));
    if (sent && this.answered === to.answered) this.answer(null);
    return sent;
  }

  /** Which message the next one answers; null: none. */
  answer(message) {
    const bar = this.find(".answering");
    const had = !bar.hidden;
    this.answered = message;
    bar.hidden = !message;
    if (message) bar.querySelector(".quote").textContent = this.messenger.excerpt(message);
    if (message || had) this.find(".composer textarea").focus();
  }

  async attempt(work) {
    const fault = this.find(".fault");
    try {
      await work();
      fault.hidden = true;
      return true;
    } catch (error) {
      fault.textContent = error.message;
      fault.hidden = false;
      return false;
    }
  }

  /** Reads the whole chat again. */
  async load() {
    await this.attempt(async () => {
      const thread = await this.messenger.thread(this.chat);
      this.name = thread.name;
      this.label();
      this.find(".blocked").checked = Boolean(thread.blocked);
      this.showKeyboard(thread.keyboard);
      this.thread.reset(thread.messages);
    });
  }

  onEvent(event) {
    const kinds = {
      message: () => this.show(event.message),
      typing: () => this.typing(event.seconds, event.action),
      deleted: () => this.thread.forget(event.message_id),
      keyboard: () => this.showKeyboard(event.keyboard),
      blocked: () => { this.find(".blocked").checked = event.blocked; },
      notice: () => this.notice(event.text),
    };
    kinds[event.type]?.();
  }

  bubble(message) {
    const { chat, business, thread } = this;
    const attempt = (work) => this.attempt(work);
    const edit = async (text) => (await ask("Edit the message", [
      { name: "text", label: "Text", value: text, required: true }], "Save"))?.text;
    const answer = () => this.answer(message);
    return this.messenger.bubble(message, { chat, business, thread, attempt, edit, answer });
  }

  /** A message is new, or changed. */
  show(message) {
    const isNew = this.thread.put(message);
    if (isNew && message.direction === "in") this.typing(0);
    if (isNew && message.direction === "out") this.thread.toEnd();
  }

  typing(seconds, action) {
    clearTimeout(this.typingTimer);
    this.find(".activity").textContent = seconds ? ACTIONS[action] || "typing…" : "";
    if (seconds) this.typingTimer = setTimeout(() => this.typing(0), seconds * 1000);
  }

  /** The bot's own keyboard, above the place to write. */
  showKeyboard(keyboard) {
    const keys = (keyboard?.keyboard || []).flat().map((one) => {
      const button = element("button", { type: "button", text: one.text });
      button.addEventListener("click", () => this.pressKey(one));
      return button;
    });
    this.find(".keyboard").replaceChildren(...keys);
    this.find(".keyboard").hidden = !keys.length;
  }

  pressKey(key) {
    if (key.request_contact) return this.sendContact(true);
    if (key.request_location) return this.sendLocation();
    return this.say(key.text);
  }

  notice(text) {
    if (!text) return;
    clearTimeout(this.noticeTimer);
    this.find(".notice").textContent = text;
    this.find(".notice").hidden = false;
    this.noticeTimer = setTimeout(() => { this.find(".notice").hidden = true; }, NOTICE_SECONDS * 1000);
  }
}
