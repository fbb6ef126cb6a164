// The emoji that are offered beside the composer's field.

import { useEffect, useRef } from "preact/hooks";
import { t } from "../../core/words.ts";
import { theField } from "../composing.ts";
import { emojiOpen } from "./emoji_open.ts";

const EMOJI = "😀 😊 😉 😄 🙂 😂 😍 🤗 🤔 😅 😐 🙁 😢 😡 😴 🤷 👍 👎 👌 👏 🙏 🙌 💪 👋 🤝 ✌️ ❤️ 🧡 💚 💙 💔 ✅ ❌ ❗ ❓ ⭐ 🔥 🎉 🎁 📦 🚚 🛒 💳 💰 📞 📧 📍 📅 ⏰ ⏳ 🏠 🌞 ☕ 🍕 🎂 🌹 🐶 🐱 ✈️ 🚗".split(" ");

export default function Emoji() {
  const box = useRef<HTMLDivElement>(null);
  const close = () => {
    emojiOpen.value = false;
  };
  useEffect(() => {
    box.current?.querySelector("button")?.focus();
    const outside = (event: PointerEvent) => {
      const at = event.target as Element;
      if (!box.current?.contains(at) && !at.closest("#show-emoji")) close();
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, []);
  const pressed = (event: KeyboardEvent) => {
    const buttons = [...box.current!.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 10, ArrowUp: -10 }[event.key];
    if (event.key === "Escape") {
      close();
      document.getElementById("text")?.focus();
    } else if (step) {
      buttons[Math.max(0, Math.min(buttons.length - 1, at + step))]?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={box} class="popup emoji" role="group" aria-label={t("composer.emoji")} onKeyDown={pressed}>
      {EMOJI.map((one, n) => <button key={one} type="button" class="quiet" tabIndex={n ? -1 : 0} onClick={() => { theField().insert(one); close(); }}>{one}</button>)}
    </div>
  );
}
