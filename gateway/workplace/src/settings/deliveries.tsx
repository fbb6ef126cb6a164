// Deliveries of a webhook: each with its attempts, and again.

import { useState } from "preact/hooks";
import { fullTime } from "../core/time.js";
import { here } from "../core/session.ts";
import { language, t } from "../core/words.ts";
import { AskFirst } from "../ui/ask.tsx";
import { SelectField } from "../ui/form.tsx";
import { Empty, Section, Table } from "../ui/page.tsx";
import { Pages, usePages } from "../ui/pages_of.tsx";

const STATES = ["delivered", "failed", "pending"] as const;

interface Delivery {
  id: string;
  type: string;
  state: (typeof STATES)[number];
  at: string;
  attempts: { at: string; milliseconds: number; status: number | null; error: string | null }[];
}

const MARKS: Readonly<Record<Delivery["state"], string>> = { delivered: "mark good", failed: "mark bad", pending: "mark" };

export function Deliveries({ id }: { id: string }) {
  const { api } = here();
  const [state, setState] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const path = `/webhooks/${id}/deliveries`;
  const pages = usePages<Delivery>(path, state ? { state } : {});
  const again = async (one: Delivery) => {
    setFault(null);
    try {
      const answer: Delivery = await api.request("POST", `${path}/${one.id}/replay`);
      pages.replace((items) => items.map((other) => (other.id === one.id ? answer : other)));
    } catch (problem) {
      setFault((problem as Error).message);
    }
  };
  const replayAll = async () => {
    await api.request("POST", `/webhooks/${id}/replay`, { body: {} });
    await pages.loaded.reload();
  };
  return (
    <Section title={t("settings.deliveries.title")} hint={t("settings.deliveries.hint")}>
      <div class="filter-row">
        <SelectField label={t("settings.state")} value={state} onChange={setState} choices={[{ value: "", text: t("settings.deliveries.all") }, ...STATES.map((value) => ({ value, text: t(`settings.deliveries.states.${value}`) }))]} />
        <button type="button" onClick={() => void pages.loaded.reload()}>{t("settings.read_again")}</button>
        <AskFirst label={t("settings.deliveries.replay_all")} title={t("settings.deliveries.replay_all")} text={t("settings.deliveries.replay_text")} confirm={t("settings.deliveries.replay_all")} act={replayAll} />
      </div>
      {fault && <p class="fault" role="alert">{fault}</p>}
      <Pages pages={pages}>
        {(items) => (items.length ? (
          <Table
            label={t("settings.deliveries.title")} rows={items} keyOf={(one) => one.id}
            columns={[
              { title: t("settings.time"), cell: (one) => fullTime(one.at, language.value, "medium") },
              { title: t("settings.deliveries.event"), cell: (one) => one.type },
              { title: t("settings.state"), cell: (one) => <span class={MARKS[one.state]}>{t(`settings.deliveries.states.${one.state}`)}</span> },
              { title: t("settings.deliveries.answer"), cell: (one) => answered(one) },
              { title: t("settings.actions"), cell: (one) => <button type="button" onClick={() => void again(one)}>{t("settings.deliveries.replay")}</button> },
            ]}
          />
        ) : <Empty text={t("settings.deliveries.none")} />)}
      </Pages>
    </Section>
  );
}

/** "200, 35 ms", or what went wrong; of several attempts the last one. */
function answered({ attempts }: Delivery): string {
  const last = attempts.at(-1);
  if (!last) return "–";
  const tries = attempts.length > 1 ? ` (${t("settings.deliveries.tries", { n: attempts.length })})` : "";
  return `${last.error ?? last.status}, ${t("settings.deliveries.ms", { n: last.milliseconds })}${tries}`;
}
