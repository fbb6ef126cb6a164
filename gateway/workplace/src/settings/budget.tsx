// What a channel's marketing may cost in a month, and what of it is spent.

import { useState } from "preact/hooks";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { Form } from "../ui/form.tsx";
import { Section, Show } from "../ui/page.tsx";
import { draftOf, patchOf, type Draft } from "./draft.ts";
import { Fields } from "./fields.tsx";

const BLANK: Draft = { monthly_amount: null, currency: "USD", warn_at_percent: 80, stops: false };

type Budget = Draft & { monthly_amount: string | null; currency: string | null; month: string; spent: string; unknown: number };

export function BudgetForm({ channel }: { channel: string }) {
  const { api } = here();
  const loaded = useLoaded<Budget>(() => api.request("GET", `/channels/${channel}/budget`), [channel], ["budget."]);
  return (
    <Section title={t("settings.budget.title")} hint={t("settings.budget.hint")}>
      <Show loaded={loaded}>
        {(budget) => (
          <>
            {budget.monthly_amount !== null && (
              <p>{t("settings.budget.spent", { spent: budget.spent, amount: budget.monthly_amount, currency: budget.currency ?? "", month: budget.month })} {budget.unknown > 0 && t("settings.budget.unknown", { n: budget.unknown })}</p>
            )}
            <Amounts channel={channel} budget={budget} onDone={loaded.put} />
          </>
        )}
      </Show>
    </Section>
  );
}

function Amounts({ channel, budget, onDone }: { channel: string; budget: Budget; onDone: (budget: Budget) => void }) {
  const { api } = here();
  const [before, setBefore] = useState(() => draftOf(budget, BLANK));
  const [draft, setDraft] = useState(before);
  const send = async () => {
    onDone(await api.request("PUT", `/channels/${channel}/budget`, { body: draft }));
    setBefore(draft);
  };
  return (
    <Form send={send} changed={patchOf(before, draft) !== null}>
      <Fields
        draft={draft} set={setDraft}
        table={[
          { kind: "text", name: "monthly_amount", label: t("settings.budget.amount"), hint: t("settings.budget.amount_hint"), optional: true },
          { kind: "text", name: "currency", label: t("settings.rate_cards.currency"), maxLength: 3 },
          { kind: "number", name: "warn_at_percent", label: t("settings.budget.warn"), min: 1, max: 100 },
          { kind: "check", name: "stops", label: t("settings.budget.stops"), hint: t("settings.budget.stops_hint") },
        ]}
      />
    </Form>
  );
}
