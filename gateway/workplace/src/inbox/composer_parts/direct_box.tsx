// Outside of the reply window: a message about the customer's own matter that goes as it is, without a template.

import { useState } from "preact/hooks";
import { newKey } from "../../core/api.js";
import { serverNow } from "../../core/clock.js";
import { here } from "../../core/session.ts";
import { withMessage } from "../../core/store.js";
import { t } from "../../core/words.ts";
import { useLoaded } from "../../frame/use_loaded.ts";
import { useStore } from "../../frame/use_store.ts";
import { Form, TextArea } from "../../ui/form.tsx";
import { pricesIn, priceText } from "../prices.ts";
import type { Conversation } from "../types.ts";

interface Channel {
  id: string;
  direct_refused_until: string | null;
}

export default function DirectBox({ id }: { id: string }) {
  const conversation: Conversation | undefined = useStore((state) => state.conversations.get(id));
  return conversation?.channel.kind === "whatsapp" ? <Offer id={id} channelId={conversation.channel.id} /> : null;
}

/** Whether a number may, only its first such message shows: one that was refused is not asked again for a day. */
function Offer({ id, channelId }: { id: string; channelId: string }) {
  const { api, store } = here();
  const [text, setText] = useState("");
  const [key, setKey] = useState(newKey);
  const channels = useLoaded<Channel[]>(() => api.channels(), [], ["channel."]);
  const prices = useLoaded(() => pricesIn(id), [id]);
  const channel = channels.value?.find((one) => one.id === channelId);
  if (!channel || new Date(channel.direct_refused_until ?? 0).getTime() > serverNow()) return null;
  const send = async () => {
    try {
      const body = { content: { type: "text", text: text.trim() }, direct_utility: {} };
      const message = await api.send(id, body, key);
      store.set((state: object) => withMessage(state, message));
      setText("");
      setKey(newKey());
    } catch (problem) {
      if (!(problem as { passing: boolean }).passing) setKey(newKey());
      throw problem;
    }
  };
  return (
    <details class="direct-offer">
      <summary>{t("offer.direct")}</summary>
      <Form send={send} submit={t("offer.direct_send")} changed={text.trim() !== ""}>
        <TextArea label={t("offer.direct_text")} hint={t("offer.direct_hint")} pointer="/content/text" rows={2} value={text} onChange={setText} />
        {prices.value && <p class="soft small">{t("prices.of_message")} {priceText(prices.value.utility)}</p>}
      </Form>
    </details>
  );
}
