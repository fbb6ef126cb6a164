// The buttons beside the composer's field: prepared replies, emoji, sending later.

import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../core/words.ts";
import { lazy } from "../../ui/lazy.tsx";
import { Icon } from "../../ui/icon.tsx";
import { theField, typed, writingIn } from "../composing.ts";
import { repliesOpen } from "./replies.tsx";
import { SuggestButton } from "./suggestions.tsx";

const LaterBox = lazy(() => import("./later.tsx"));
const LocationBox = lazy(() => import("./location.tsx"));

const emojiOpen = signal(false);

export function Tools() {
  const [later, setLater] = useState(false);
  const [placing, setPlacing] = useState(false);
  const id = writingIn.value;
  if (!id) return null;
  const replies = () => {
    repliesOpen.value = !repliesOpen.value;
    document.getElementById("text")?.focus();
  };
  return (
    <>
      <button type="button" class="quiet" id="show-replies" aria-label={t("composer.replies")} title={`${t("composer.replies")} (/)`} aria-pressed={repliesOpen.value} onClick={replies}>
        <Icon name="reply_list" />
      </button>
      <SuggestButton id={id} />
      <button type="button" class="quiet" id="show-emoji" aria-label={t("composer.emoji")} title={t("composer.emoji")} aria-expanded={emojiOpen.value} onClick={() => { emojiOpen.value = !emojiOpen.value; }}>
        <Icon name="smile" />
      </button>
      <button type="button" class="quiet" id="send-later" disabled={!typed.value.trim()} aria-label={t("composer.later")} title={t("composer.later")} onClick={() => setLater(true)}>
        <Icon name="clock" />
      </button>
      <button type="button" class="quiet" id="send-place" aria-label={t("composer.place")} title={t("composer.place")} onClick={() => setPlacing(true)}>
        <Icon name="pin" />
      </button>
      {emojiOpen.value && <Emoji />}
      {placing && <LocationBox id={id} onClose={() => setPlacing(false)} />}
      {later && <LaterBox id={id} onClose={() => setLater(false)} />}
    </>
  );
}

const EMOJI = "😀 😊 😉 😄 🙂 😂 😍 🤗 🤔 😅 😐 🙁 😢 😡 😴 🤷 👍 👎 👌 👏 🙏 🙌 💪 👋 🤝 ✌️ ❤️ 🧡 💚 💙 💔 ✅ ❌ ❗ ❓ ⭐ 🔥 🎉 🎁 📦 🚚 🛒 💳 💰 📞 📧 📍 📅 ⏰ ⏳ 🏠 🌞 ☕ 🍕 🎂 🌹 🐶 🐱 ✈️ 🚗".split(" ");

function Emoji() {
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
