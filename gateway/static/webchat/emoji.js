/* A small choice of emoji over the field: opened by its button, left by Escape, walked through by arrows. */
import { element, icon } from "./dom.js";

const EMOJI = "😀 😄 😊 😉 😍 😂 🤣 🙂 😎 🤔 😕 😢 😭 😡 😱 😴 👍 👎 👌 🙏 👏 💪 👋 🤝 ❤️ 💔 🔥 ⭐ 🎉 🎁 ✅ ❌ ❓ ❗ ⏰ 📦 🚚 💳 📷 ☕".split(" ");
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -8, ArrowDown: 8 };

export class EmojiPicker {
  constructor(texts, field, typed) {
    this.field = field;
    this.typed = typed;
    this.button = element("button", { id: "emoji", class: "icon", type: "button", "aria-label": texts.emoji, "aria-expanded": "false", "aria-controls": "emojis", on: { click: () => this.show(this.box.hidden) } }, icon("smile"));
    this.box = element("div", { id: "emojis", role: "group", "aria-label": texts.emoji, hidden: true, on: { keydown: (event) => this.key(event) } });
  }

  show(on) {
    if (on && !this.box.firstChild) this.box.append(...EMOJI.map((one) => element("button", { type: "button", on: { click: () => this.put(one) } }, one)));
    this.box.hidden = !on;
    this.button.setAttribute("aria-expanded", String(on));
    if (on) this.box.firstChild.focus();
    else this.field.focus();
  }

  put(one) {
    const { selectionStart, selectionEnd } = this.field;
    this.field.setRangeText(one, selectionStart, selectionEnd, "end");
    this.show(false);
    this.typed();
  }

  key(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      this.show(false);
    } else if (STEPS[event.key]) {
      event.preventDefault();
      const all = [...this.box.children];
      all[all.indexOf(event.target) + STEPS[event.key]]?.focus();
    }
  }
}
