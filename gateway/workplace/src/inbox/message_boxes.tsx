// Boxes of a single message: what became of it and what it cost, or how it came; another text or time before it is sent.

import { useState } from "preact/hooks";
import { here } from "../core/session.ts";
import { withMessage } from "../core/store.js";
import { fullTime } from "../core/time.js";
import { fromServer } from "../core/say.ts";
import { isWord, language, t } from "../core/words.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Form, TextArea, TextField } from "../ui/form.tsx";
import { Show } from "../ui/page.tsx";
import type { Message } from "./message_open.ts";
import { RawPayload } from "./raw_payload.tsx";
import { localInput } from "./side/snooze_times.ts";

interface Price {
  basis: "estimated" | "reported" | "free" | "unknown";
  amount: string | null;
  currency: string | null;
  category: string | null;
}

interface Attempt {
  started_at: string;
  outcome: "sent" | "refused" | "unknown" | null;
  error: { explanation: string } | null;
}

export default function MessageBox({ box, message, onClose }: { box: "details" | "scheduled"; message: Message; onClose: () => void }) {
  if (box === "scheduled") return <Scheduled message={message} onClose={onClose} />;
  return message.direction === "in" ? <Received message={message} onClose={onClose} /> : <Details message={message} onClose={onClose} />;
}

function Received({ message, onClose }: { message: Message; onClose: () => void }) {
  return (
    <Dialog title={t("message.received")} onClose={onClose}>
      <dl>
        {message.provider_at && <dt>{t("message.written_at")}</dt>}
        {message.provider_at && <dd>{fullTime(message.provider_at)}</dd>}
        <dt>{t("message.arrived_at")}</dt>
        <dd>{fullTime(message.created_at)}</dd>
      </dl>
      <RawPayload id={message.id} />
    </Dialog>
  );
}

function Details({ message, onClose }: { message: Message; onClose: () => void }) {
  const { api } = here();
  const { id } = message;
  const about = (data: unknown) => (data as Message).id === id;
  const price = useLoaded<Price>(() => api.request("GET", `/messages/${id}/price`), [id], ["message.updated"], about);
  const attempts = useLoaded<{ items: Attempt[] }>(() => api.request("GET", `/messages/${id}/attempts`), [id], ["message.updated"], about);
  return (
    <Dialog title={t("message.details")} onClose={onClose}>
      <Show loaded={price}>
        {(found) => (
          <dl>
            <dt>{t("message.price")}</dt>
            <dd>{priceText(found)}</dd>
            {found.category && <dt>{t("message.category")}</dt>}
            {found.category && <dd>{found.category}</dd>}
          </dl>
        )}
      </Show>
      <h3>{t("message.attempts")}</h3>
      <Show loaded={attempts}>
        {({ items }) => (items.length
          ? <ol class="attempts">{items.map((one) => <li key={one.started_at}>{fullTime(one.started_at)}: {t(`message.outcomes.${one.outcome ?? "none"}`)}{one.error && <p class="soft small">{fromServer(one.error.explanation)}</p>}</li>)}</ol>
          : <p class="soft">{t("message.no_attempts")}</p>)}
      </Show>
    </Dialog>
  );
}

function priceText({ basis, amount, currency }: Price): string {
  const word = `message.prices.${basis}`;
  const known = isWord(word) ? t(word) : basis;
  if (amount === null || !currency || basis === "free") return known;
  const sum = new Intl.NumberFormat(language.value, { style: "currency", currency, maximumFractionDigits: 4 }).format(Number(amount));
  return `${sum} (${known})`;
}

function Scheduled({ message, onClose }: { message: Message; onClose: () => void }) {
  const { api, store } = here();
  const part = message.content.type === "text" ? "text" : "caption" in message.content ? "caption" : null;
  const [text, setText] = useState(part ? message.content[part] ?? "" : "");
  const [at, setAt] = useState(() => localInput(new Date(message.send_at!)));
  const send = async () => {
    const changed = localInput(new Date(message.send_at!)) !== at;
    const body = { ...(part && text !== message.content[part] && { content: { [part]: text } }), ...(changed && { send_at: new Date(at).toISOString() }) };
    const view = await api.request("PATCH", `/messages/${message.id}`, { body });
    store.set((state: object) => withMessage(state, view));
    onClose();
  };
  return (
    <Dialog title={t("message.change_scheduled")} onClose={onClose}>
      <Form send={send} onCancel={onClose}>
        {part && <TextArea label={t("composer.message")} pointer={`/content/${part}`} value={text} onChange={setText} />}
        <TextField label={t("composer.when")} pointer="/send_at" type="datetime-local" value={at} onChange={setAt} />
      </Form>
    </Dialog>
  );
}
