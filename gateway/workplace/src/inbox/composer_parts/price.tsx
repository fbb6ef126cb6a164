// What the reply would cost, beside the button that sends it.

import { session } from "../../core/session.ts";
import { t } from "../../core/words.ts";
import { useLoaded } from "../../frame/use_loaded.ts";
import { useStore } from "../../frame/use_store.ts";
import { writingIn } from "../composing.ts";
import { pricesIn, priceReason, priceText } from "../prices.ts";
import type { Conversation } from "../types.ts";

const CHARGED = new Set(["whatsapp"]);

export function ReplyPrice() {
  const id = writingIn.value;
  return session.value && id ? <Of key={id} id={id} /> : null;
}

function Of({ id }: { id: string }) {
  const conversation: Conversation | undefined = useStore((state) => state.conversations.get(id));
  return conversation && CHARGED.has(conversation.channel.kind) ? <Price id={id} until={conversation.window.expires_at} /> : null;
}

/** Read when one begins to write, and after the customer has written. */
function Price({ id, until }: { id: string; until: string | null }) {
  const { value } = useLoaded(() => pricesIn(id), [id, until]);
  if (!value) return null;
  const text = priceText(value.service);
  const reason = priceReason(value.service, value);
  return (
    <span class="soft small" title={reason}>
      <span class="sr">{t("prices.of_reply")} </span>{text}<span class="sr"> {reason}</span>
    </span>
  );
}
