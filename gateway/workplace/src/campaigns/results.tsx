// What a campaign achieved, for each variant: messages, answers, pressed buttons, opt-outs, costs.

import { useEffect } from "preact/hooks";
import { here } from "../core/session.ts";
import { fullTime } from "../core/time.js";
import { language, t } from "../core/words.ts";
import { notify } from "../frame/notices.js";
import { useLoaded } from "../frame/use_loaded.ts";
import { summed, type Money } from "../ui/money.ts";
import { Section, Show, Table } from "../ui/page.tsx";
import { save } from "./campaign_files.ts";
import type { Campaign, TemplateName } from "./campaign_types.ts";

interface Responses {
  answered: number;
  pressed: number;
  opted_out: number;
  unknown: number;
  costs: Money[];
}

interface Row {
  variant: "a" | "b" | null;
  template: TemplateName;
  messages: number;
  sent: number;
  delivered: number;
  read: number;
  failed: number;
  responses: Responses | null;
}

interface Achieved {
  answer_days: number;
  counted_at: string | null;
  is_counting: boolean;
  total: Row;
  variants: Row[];
  link_clicks: { clicked: number } | null;
}

export function Results({ campaign }: { campaign: Campaign }) {
  const { api } = here();
  const path = `/campaigns/${campaign.id}`;
  const loaded = useLoaded<Achieved>(() => api.request("GET", `${path}/results`), [campaign.id, campaign.state]);
  useLive(campaign, loaded.reload);
  const file = (from: string, name: string) => () => void save(from, `${campaign.name} ${name}.csv`).catch((problem: Error) => notify(problem.message));
  return (
    <Section title={t("campaigns.results")}>
      <Show loaded={loaded}>{(achieved) => <Figures achieved={achieved} />}</Show>
      <div class="form-actions">
        <button type="button" onClick={() => void loaded.reload()}>{t("campaigns.count_again")}</button>
        <button type="button" onClick={file(`${path}/results?format=csv`, "results")}>{t("campaigns.results_csv")}</button>
        <button type="button" onClick={file(`${path}/report`, "report")}>{t("campaigns.report_csv")}</button>
      </div>
    </Section>
  );
}

const AGAIN = 5_000;
const COUNTED_AT_ONCE = 5_000; // recipients; a larger campaign is counted by the workers, who are asked by hand

/** While it runs, and for a moment longer as prices come after the deliveries, the figures follow. */
function useLive({ state, counts }: Campaign, reload: () => Promise<void>) {
  const settled = counts.delivered + counts.failed;
  const runs = state === "running" && counts.total <= COUNTED_AT_ONCE;
  useEffect(() => {
    if (!runs) return undefined;
    const timer = setInterval(() => void reload(), AGAIN);
    return () => clearInterval(timer);
  }, [runs]);
  useEffect(() => {
    if (runs || !settled || counts.total > COUNTED_AT_ONCE) return undefined;
    const timer = setTimeout(() => void reload(), AGAIN);
    return () => clearTimeout(timer);
  }, [runs, settled]);
}

function Figures({ achieved }: { achieved: Achieved }) {
  const whole = (value: number | undefined) => (value === undefined ? "–" : value.toLocaleString(language.value));
  const rows = achieved.variants.length > 1 ? [...achieved.variants, achieved.total] : [achieved.total];
  const counted = (title: string, value: (row: Row) => number | undefined) => ({ title, figures: true, cell: (row: Row) => whole(value(row)) });
  return (
    <>
      <p class="soft small">
        {t("campaigns.answers_of", { n: achieved.answer_days })}{" "}
        {achieved.is_counting ? t("campaigns.counting") : achieved.counted_at && t("campaigns.counted_at", { time: fullTime(achieved.counted_at, language.value) })}
      </p>
      <Table
        label={t("campaigns.results")} rows={rows} keyOf={(row) => row.variant ?? "all"}
        columns={[
          { title: t("campaigns.variant"), cell: (row) => (row.variant ? `${row.variant.toUpperCase()}: ${row.template.name} (${row.template.language})` : t("campaigns.all")) },
          counted(t("campaigns.figures.sent"), (row) => row.sent),
          counted(t("campaigns.figures.delivered"), (row) => row.delivered),
          counted(t("campaigns.figures.read"), (row) => row.read),
          counted(t("campaigns.figures.failed"), (row) => row.failed),
          counted(t("campaigns.answered"), (row) => row.responses?.answered),
          counted(t("campaigns.pressed"), (row) => row.responses?.pressed),
          counted(t("campaigns.opted_out"), (row) => row.responses?.opted_out),
          { title: t("campaigns.cost"), figures: true, cell: ({ responses }) => (responses ? responses.costs.map(summed).join(", ") || (responses.unknown ? t("campaigns.price_unknown") : "–") : "–") },
        ]}
      />
      {achieved.link_clicks && <p>{t("campaigns.clicks", { n: achieved.link_clicks.clicked })}</p>}
    </>
  );
}
