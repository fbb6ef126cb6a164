// Rate cards: what a message costs from a date on, as files of the provider's.

import { useState } from "preact/hooks";
import { newKey, Problem } from "../core/api.js";
import { fullTime } from "../core/time.js";
import { here } from "../core/session.ts";
import { language, t } from "../core/words.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { Form, SelectField, TextField } from "../ui/form.tsx";
import { Empty, Page, Section, Show, Table } from "../ui/page.tsx";
import { choicesOf, type Named } from "./known.ts";

interface Card {
  id: string;
  channel_id: string | null;
  currency: string;
  effective_at: string;
  created_at: string;
  markets: number;
}

interface Known {
  cards: Card[];
  channels: Named[];
}

export default function RateCards() {
  const { api } = here();
  const loaded = useLoaded<Known>(async () => {
    const [cards, channels] = await Promise.all([api.all("/rate-cards"), api.all("/channels")]);
    return { cards, channels: channels.filter((one: { kind: string }) => one.kind === "whatsapp") };
  }, []);
  return (
    <Page title={t("settings.rate_cards.title")} hint={t("settings.rate_cards.hint")}>
      <Show loaded={loaded}>
        {({ cards, channels }) => (
          <>
            <Upload channels={channels} onDone={loaded.reload} />
            {cards.length ? (
              <Table
                label={t("settings.rate_cards.title")} rows={cards} keyOf={(one) => one.id}
                columns={[
                  { title: t("settings.rate_cards.from"), cell: (one) => fullTime(one.effective_at, language.value) },
                  { title: t("settings.rate_cards.currency"), cell: (one) => one.currency },
                  { title: t("settings.channels.title"), cell: (one) => channels.find((channel) => channel.id === one.channel_id)?.name ?? t("settings.rate_cards.all_channels") },
                  { title: t("settings.rate_cards.markets"), figures: true, cell: (one) => one.markets },
                  { title: t("settings.rate_cards.uploaded"), cell: (one) => fullTime(one.created_at, language.value) },
                ]}
              />
            ) : <Empty text={t("settings.rate_cards.none")} />}
          </>
        )}
      </Show>
    </Page>
  );
}

interface Uploaded extends Card {
  unread: { row: number; reason: string }[];
}

function Upload({ channels, onDone }: { channels: Named[]; onDone: () => Promise<void> }) {
  const { api } = here();
  const [file, setFile] = useState<File | null>(null);
  const [date, setDate] = useState("");
  const [currency, setCurrency] = useState("");
  const [channel, setChannel] = useState("");
  const [uploaded, setUploaded] = useState<Uploaded | null>(null);
  const send = async () => {
    if (!file) throw new Error(t("settings.rate_cards.no_file"));
    const given = { effective_date: date, currency: currency.trim().toUpperCase(), channel_id: channel };
    const query = new URLSearchParams(Object.entries(given).filter(([, value]) => value));
    // The file goes as it is, CSV or XLSX: not as JSON, which `request` sends.
    const answer = await fetch(`/api/v1/rate-cards?${query}`, {
      method: "POST", headers: { Authorization: `Bearer ${api.token()}`, "Content-Type": "text/csv", "Idempotency-Key": newKey() }, body: file,
    });
    const content = await answer.json();
    if (!answer.ok) throw new Problem({ ...content, status: answer.status });
    setUploaded(content);
    await onDone();
  };
  return (
    <Section title={t("settings.rate_cards.upload")} hint={t("settings.rate_cards.upload_hint")}>
      <Form send={send} submit={t("settings.rate_cards.upload")}>
        <div class="field">
          <label for="rate-card-file">{t("settings.configuration.file")}</label>
          <input id="rate-card-file" type="file" accept=".csv,.xlsx,text/csv" onChange={(event) => setFile(event.currentTarget.files?.[0] ?? null)} />
        </div>
        <TextField label={t("settings.rate_cards.from")} hint={t("settings.rate_cards.said_hint")} pointer="/effective_date" type="date" value={date} onChange={setDate} />
        <TextField label={t("settings.rate_cards.currency")} hint={t("settings.rate_cards.said_hint")} pointer="/currency" value={currency} onChange={setCurrency} maxLength={3} placeholder="USD" />
        <SelectField label={t("settings.channels.title")} value={channel} onChange={setChannel} choices={choicesOf(channels, t("settings.rate_cards.all_channels"))} />
        {uploaded && (
          <div role="status">
            <p>{t("settings.rate_cards.read", { n: uploaded.markets })}</p>
            {uploaded.unread.length > 0 && (
              <ul class="plain small">{uploaded.unread.map((one) => <li key={one.row}>{t("settings.rate_cards.row", { row: one.row })}: {one.reason}</li>)}</ul>
            )}
          </div>
        )}
      </Form>
    </Section>
  );
}
