// What a campaign will take, before it is started: who gets it, who would get nothing and why, how long, what it costs.

import { useState } from "preact/hooks";
import { here } from "../core/session.ts";
import { briefly, fullTime } from "../core/time.js";
import { language, t } from "../core/words.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { summed } from "../ui/money.ts";
import { Section, Show, Table } from "../ui/page.tsx";
import type { Campaign } from "./campaign_types.ts";
import { whyLeftOut } from "./campaign_words.ts";
import { StartBox } from "./start_box.tsx";

interface LeftOut {
  reason: string;
  count: number;
  explanation: string;
  first: { phone: string; detail: string | null }[];
}

interface Version {
  variant: "a" | "b";
  template: { name: string; language: string };
  recipients: number;
  by_card: { currency: string; amount: string } | null;
}

export interface Outlook {
  recipients: number;
  rate_per_second: number;
  seconds: number;
  days: number;
  by_card: { currency: string; amount: string; unknown: number } | null;
  checked: number;
  is_all: boolean;
  will_get: number;
  versions: Version[];
  later: number;
  left_out: LeftOut[];
}

export function Forecast({ campaign, start }: { campaign: Campaign; start: () => Promise<void> }) {
  const { api } = here();
  const { counts: _, ...asked } = campaign;
  const loaded = useLoaded<Outlook>(() => api.request("POST", `/campaigns/${campaign.id}/forecast`, { body: {} }), [JSON.stringify(asked)]);
  const [asks, setAsks] = useState(false);
  return (
    <Section title={t("campaigns.forecast")}>
      <Show loaded={loaded}>{(outlook) => <Figures outlook={outlook} />}</Show>
      {campaign.schedule_at && <p>{t("campaigns.starts_at", { time: fullTime(campaign.schedule_at, language.value) })}</p>}
      <div class="form-actions">
        <button type="button" class="primary" disabled={loaded.value === undefined} onClick={() => setAsks(true)}>{t("campaigns.actions.start")}</button>
        <button type="button" onClick={() => void loaded.reload()}>{t("campaigns.forecast_again")}</button>
      </div>
      {asks && loaded.value && <StartBox campaign={campaign} outlook={loaded.value} start={start} onClose={() => setAsks(false)} />}
    </Section>
  );
}

function Figures({ outlook }: { outlook: Outlook }) {
  const whole = (value: number) => value.toLocaleString(language.value);
  const { by_card: cost, left_out: out } = outlook;
  const shown: [string, string][] = [
    [t("campaigns.recipients"), whole(outlook.recipients)],
    [t("campaigns.will_get"), whole(outlook.will_get)],
    ...(outlook.later ? [[t("campaigns.later"), whole(outlook.later)] as [string, string]] : []),
    [t("campaigns.get_nothing"), whole(out.reduce((sum, one) => sum + one.count, 0))],
    [t("campaigns.takes"), briefly(outlook.seconds * 1000)],
    ...(outlook.days > 1 ? [[t("campaigns.days"), whole(outlook.days)] as [string, string]] : []),
    [t("campaigns.cost"), cost ? summed(cost) : t("campaigns.no_card")],
  ];
  return (
    <>
      <dl class="figures-row">{shown.map(([term, value]) => <div key={term} class="figure"><dt>{term}</dt><dd>{value}</dd></div>)}</dl>
      {cost && cost.unknown > 0 && <p class="soft small">{t("campaigns.without_price", { n: cost.unknown })}</p>}
      {(!outlook.is_all || outlook.checked < outlook.recipients) && <p class="soft small">{t("campaigns.checked", { n: outlook.checked })}</p>}
      {outlook.versions.length > 1 && (
        <Table
          label={t("campaigns.versions")} rows={outlook.versions} keyOf={(one) => `${one.variant} ${one.template.name} ${one.template.language}`}
          columns={[
            { title: t("campaigns.variant"), cell: (one) => `${one.variant.toUpperCase()}: ${one.template.name} (${one.template.language})` },
            { title: t("campaigns.recipients"), cell: (one) => whole(one.recipients), figures: true },
            { title: t("campaigns.cost"), cell: (one) => (one.by_card ? summed(one.by_card) : "–"), figures: true },
          ]}
        />
      )}
      {out.length > 0 && (
        <Table
          label={t("campaigns.get_nothing")} rows={out} keyOf={(one) => one.reason}
          columns={[
            { title: t("campaigns.why"), cell: whyLeftOut },
            { title: t("campaigns.recipients"), cell: (one) => whole(one.count), figures: true },
            { title: t("campaigns.for_example"), cell: (one) => one.first.map((row) => (row.detail ? `${row.phone} (${row.detail})` : row.phone)).join(", ") || "–" },
          ]}
        />
      )}
    </>
  );
}
