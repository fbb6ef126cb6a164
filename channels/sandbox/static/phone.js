// One customer's phone: the chat with one business number.

import * as api from "./api.js";
import { ask } from "./ask.js";
import { bubble } from "./bubbles.js";

export class Phone {
  constructor({ number, key, name, onRemove, onOpenChange }) {
    this.chat = [number.phone_number_id, key];
    this.number = number;
    this.name = name;
    this.items = new Map();
    const root = document.getElementById("phone").content.firstElementChild.cloneNode(true);
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.label();
    this.find(".remove").addEventListener("click", () => onRemove(this));
    this.find(".open").addEventListener("change", onOpenChange);
    this.bindComposer();
    this.bindQuick();
  }

  get open() {
    return this.find(".open").checked;
  }

  label() {
    const owner = this.chat[1].includes(".") ? this.chat[1] : `+${this.chat[1]}`;
    this.root.setAttribute("aria-label", `Phone of ${this.name}`);
    this.find(".business").textContent = this.number.verified_name;
    this.find(".avatar").textContent = this.number.verified_name.slice(0, 1).toUpperCase();
    this.find(".owner").textContent = `${this.name} · ${owner}`;
    this.find(".thread").setAttribute("aria-label", `Chat of ${this.name}`);
    const id = `message-${this.chat.join("-").replace(/\W/g, "_")}`;
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
      if (!(await this.write({ type: "text", text: { body } }))) box.value = body;
    });
  }

  bindQuick() {
    const kinds = { link: () => this.sendLink(), file: () => this.find(".file").click(),
      location: () => this.sendLocation(), contact: () => this.sendContact() };
    this.find(".quick").addEventListener("click", (event) => kinds[event.target.dataset.kind]?.());
    this.find(".file").addEventListener("change", (event) => this.sendFile(event.target));
  }

  async sendLink() {
    const given = await ask("Send an image by its link", [
      { name: "link", label: "Address", type: "url", value: `${location.origin}/static/sample.png`, required: true },
      { name: "caption", label: "Caption (optional)" },
    ]);
    if (given) this.write({ type: "image", image: { link: given.link, ...(given.caption && { caption: given.caption }) } });
  }

  async sendFile(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    const kind = ["image", "video", "audio"].find((one) => file.type.startsWith(`${one}/`)) || "document";
    await this.attempt(async () => {
      const { id, mime_type, sha256 } = await api.upload(this.chat[0], file);
      const media = { id, mime_type, sha256, ...(kind === "document" && { filename: file.name }) };
      await api.write(this.chat, { type: kind, [kind]: media });
    });
  }

  async sendLocation() {
    const given = await ask("Send a location", [
      { name: "latitude", label: "Latitude", type: "number", step: "any", min: -90, max: 90, value: "52.5200", required: true },
      { name: "longitude", label: "Longitude", type: "number", step: "any", min: -180, max: 180, value: "13.4050", required: true },
      { name: "name", label: "Name (optional)", value: "Berlin" },
    ]);
    if (!given) return;
    const place = { latitude: Number(given.latitude), longitude: Number(given.longitude) };
    this.write({ type: "location", location: given.name ? { ...place, name: given.name } : place });
  }

  async sendContact() {
    const given = await ask("Send a contact", [
      { name: "name", label: "Name", value: "Bob Jones", required: true },
      { name: "phone", label: "Phone", type: "tel", value: "+1 650 555 0100", required: true },
    ]);
    if (!given) return;
    const name = { formatted_name: given.name, first_name: given.name.split(" ")[0] };
    this.write({ type: "contacts", contacts: [{ name, phones: [{ phone: given.phone, type: "MOBILE" }] }] });
  }

  write(message) {
    return this.attempt(() => api.write(this.chat, message));
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
      const thread = await api.thread(this.chat);
      this.name = thread.customer.profile_name;
      this.label();
      this.items.clear();
      this.find(".thread").replaceChildren();
      thread.messages.forEach((message) => this.show(message));
    });
  }

  /** A message is new, or changed. */
  show(message) {
    const context = { from: this.number.display_phone_number, id: message.id };
    const item = bubble(message, {
      press: (reply) => this.write({ ...reply, context }),
      react: (emoji) => this.write({ type: "reaction", reaction: { message_id: message.id, emoji } }),
    });
    const thread = this.find(".thread");
    const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80;
    const old = this.items.get(message.id);
    this.items.set(message.id, item);
    if (old) {
      old.replaceWith(item);
    } else {
      thread.append(item);
      if (message.direction === "in") this.typing(0);
    }
    if (atEnd || message.direction === "out") thread.scrollTop = thread.scrollHeight;
  }

  typing(seconds) {
    clearTimeout(this.typingTimer);
    this.find(".activity").textContent = seconds ? "typing…" : "";
    if (seconds) this.typingTimer = setTimeout(() => this.typing(0), seconds * 1000);
  }
}
