// What messages cost: amounts stand beside how many messages have no price yet, for unknown is not nothing.

import { here } from "../core/session.ts";
import { named, t } from "../core/words.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { summed, type Money } from "../ui/money.ts";
import { Empty, Show, Table } from "../ui/page.tsx";
import { dayName, type Request } from "./counts.tsx";
import { Plot } from "./plot.tsx";
import { costsOf, daysBetween } from "./report_words.ts";

interface CostRow {
  key: string;
  name: string | null;
  messages: number;
  unknown: number;
  free: number;
  costs: Money[];
}

interface CostReport {
  rows: CostRow[];
  total: CostRow;
}

/** What a row is called; what belongs to no queue, no campaign has a word. */
function nameOf({ name, key }: CostRow, by: string): string {
  return by === "day" ? dayName(key) : name ?? (key || t("reports.without"));
}

/** What each day cost, each currency for itself. */
function PlotOf({ report, query }: { report: CostReport; query: Request["query"] }) {
  const { from = "", to = "" } = query;
  const days = daysBetween(from, to);
  const series = report.total.costs.map(({ currency }) => ({ name: currency, values: costsOf(report.rows, currency, days) }));
  if (days.length < 2 || !series.length) return null;
  return <Plot label={t("reports.names.costs")} names={days.map(dayName)} series={series} />;
}

export function Costs({ request, by }: { request: Request; by: string }) {
  const { api } = here();
  const loaded = useLoaded<CostReport>(() => api.request("GET", request.path, { query: request.query }), [JSON.stringify(request.query)]);
  return (
    <Show loaded={loaded}>
      {(report) => {
        if (!report.rows.length) return <Empty text={t("reports.none")} />;
        const rows = [...report.rows.map((row) => ({ ...row, name: nameOf(row, by) })), { ...report.total, key: " ", name: t("reports.total") }];
        return (
          <>
            {by === "day" && <PlotOf report={report} query={request.query} />}
            <Table
              label={t("reports.names.costs")} rows={rows} keyOf={(row) => row.key}
              columns={[
                { title: named("reports.groups", by), cell: (row) => <span dir="auto">{row.name}</span> },
                { title: t("reports.columns.messages"), cell: (row) => row.messages, figures: true },
                { title: t("reports.columns.free"), cell: (row) => row.free, figures: true },
                { title: t("reports.columns.unknown"), cell: (row) => row.unknown, figures: true },
                { title: t("reports.columns.cost"), cell: (row) => row.costs.map(summed).join(", ") || "–", figures: true },
              ]}
            />
          </>
        );
      }}
    </Show>
  );
}
