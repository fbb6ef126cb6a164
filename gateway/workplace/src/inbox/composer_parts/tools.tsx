// The buttons beside the composer's field: prepared replies, emoji, sending later.

import { useState } from "preact/hooks";
import { t } from "../../core/words.ts";
import { lazy } from "../../ui/lazy.tsx";
import { Icon } from "../../ui/icon.tsx";
import { typed, writingIn } from "../composing.ts";
import Emoji from "./emoji.tsx";
import { emojiOpen } from "./emoji_open.ts";
import { repliesOpen } from "./replies.tsx";
import { SuggestButton } from "./suggestions.tsx";

const LaterBox = lazy(() => import("./later.tsx"));
const LocationBox = lazy(() => import("./location.tsx"));

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
