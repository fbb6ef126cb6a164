// One customer's phone: the chat with one business, on the messenger that is given.

import { ask, askContact, askLocation, askPicture } from "./ask.js";
import { element } from "./elements.js";
import { record } from "./voice.js";

const ACTIONS = { upload_photo: "sending a photo…", record_voice: "recording…", upload_voice: "sending a voice message…",
  upload_document: "sending a file…", upload_video: "sending a video…", find_location: "sending a location…" };
const NOTICE_SECONDS = 6;

export class Phone {
  constructor({ messenger, business, key, name, onRemove, onOpenChange }) {
    Object.assign(this, { messenger, business, name, chat: [business.id, key], items: new Map() });
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
    this.stayAtEnd();
  }

  find(selector) {
    return this.root.querySelector(selector);
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
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const body = box.value.trim();
      if (!body) return;
      box.value = "";
      if (!(await this.say(body))) box.value = body;
    });
  }

  bindQuick() {
    const kinds = { link: () => this.sendPicture(), file: () => this.find(".file").click(), voice: () => this.sendVoice(),
      location: () => this.sendLocation(), contact: () => this.sendContact() };
    this.find(".quick").addEventListener("click", (event) => kinds[event.target.dataset.kind]?.());
    this.find(".file").addEventListener("change", ({ target }) => {
      const files = [...target.files];
      target.value = "";
      if (files.length) this.attempt(() => this.messenger.files(this.chat, files));
    });
  }

  /** Pictures that load late push the end of the chat away: follow it while the person has not scrolled up. */
  stayAtEnd() {
    const thread = this.find(".thread");
    const follow = () => { if (this.following) thread.scrollTop = thread.scrollHeight; };
    this.following = true;
    thread.addEventListener("scroll", () => {
      this.following = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80;
    });
    for (const kind of ["load", "loadedmetadata"]) thread.addEventListener(kind, follow, true);
  }

  say(text) {
    return this.attempt(() => this.messenger.text(this.chat, text));
  }

  async sendPicture() {
    const given = await askPicture();
    if (given) this.attempt(() => this.messenger.picture(this.chat, given.link, given.caption));
  }

  async sendLocation() {
    const given = await askLocation();
    if (given) this.attempt(() => this.messenger.location(this.chat, given));
  }

  async sendContact(own) {
    const given = await askContact(own ? this.name : "Bob Jones");
    if (given) this.attempt(() => this.messenger.contact(this.chat, { ...given, own }));
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
    return this.attempt(() => this.messenger.voice(this.chat, sound, seconds));
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
      this.items.clear();
      this.find(".thread").replaceChildren();
      this.find(".blocked").checked = Boolean(thread.blocked);
      this.showKeyboard(thread.keyboard);
      const bubbles = thread.messages.map((message) => this.bubble(message));
      this.find(".thread").append(...bubbles);
      this.toEnd();
    });
  }

  onEvent(event) {
    const kinds = {
      message: () => this.show(event.message),
      typing: () => this.typing(event.seconds, event.action),
      deleted: () => this.forget(event.message_id),
      keyboard: () => this.showKeyboard(event.keyboard),
      blocked: () => { this.find(".blocked").checked = event.blocked; },
      notice: () => this.notice(event.text),
    };
    kinds[event.type]?.();
  }

  toEnd() {
    const thread = this.find(".thread");
    thread.scrollTop = thread.scrollHeight;
  }

  bubble(message) {
    const { chat, business } = this;
    const attempt = (work) => this.attempt(work);
    const edit = async (text) => (await ask("Edit the message", [
      { name: "text", label: "Text", value: text, required: true }], "Save"))?.text;
    const item = this.messenger.bubble(message, { chat, business, attempt, edit });
    this.items.set(this.messenger.idOf(message), item);
    return item;
  }

  /** A message is new, or changed. */
  show(message) {
    const thread = this.find(".thread");
    const old = this.items.get(this.messenger.idOf(message));
    const item = this.bubble(message);
    if (old) {
      old.replaceWith(item);
    } else {
      thread.append(item);
      if (message.direction === "in") this.typing(0);
    }
    if (this.following || message.direction === "out") this.toEnd();
  }

  forget(id) {
    this.items.get(id)?.remove();
    this.items.delete(id);
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
