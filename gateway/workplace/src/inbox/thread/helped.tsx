// What helpers say of a message, below it: its translation, or the words of a voice message. The original stays.

import { t } from "../../core/words.ts";
import { Icon } from "../../ui/icon.tsx";
import { helpFor } from "../helped.js";
import { useAround } from "./around.ts";
import type { Helped, Message } from "./types.ts";

export function HelpButton({ message, helped }: { message: Message; helped: Helped | undefined }) {
  const { helpers, does } = useAround();
  const kind: "translate" | "transcribe" | null = helpFor(message, helpers);
  if (!kind) return null;
  const label = t(`message.${kind}`);
  return (
    <button type="button" class="quiet reply" data-action={kind} aria-label={label} title={label} disabled={Boolean(helped?.busy)} onClick={() => does.help(message, kind)}>
      <Icon name={kind} />
    </button>
  );
}

export function HelpedText({ helped }: { helped: Helped | undefined }) {
  if (!helped) return null;
  if (helped.busy) return <p class="helped soft small" role="status">{t("message.helper_works")}</p>;
  if (helped.fault) return <p class="helped small fault" role="alert">{helped.fault}</p>;
  return (
    <div class="helped">
      <p class="soft small">{t(helped.kind === "translate" ? "message.translated" : "message.transcribed")}</p>
      <p class="words" dir="auto">{helped.text}</p>
    </div>
  );
}
