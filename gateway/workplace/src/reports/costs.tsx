// What messages cost: amounts stand beside how many messages have no price yet, for unknown is not nothing.

import { here } from "../core/session.ts";
import { named, t } from "../core/words.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { inMoney, type Money } from "../ui/money.ts";
import { Empty, Show, Table } from "../ui/page.tsx";
import { dayName, type Request } from "./counts.tsx";

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

export function Costs({ request, by }: { request: Request; by: string }) {
  const { api } = here();
  const loaded = useLoaded<CostReport>(() => api.request("GET", request.path, { query: request.query }), [JSON.stringify(request.query)]);
  return (
    <Show loaded={loaded}>
      {(report) => {
        if (!report.rows.length) return <Empty text={t("reports.none")} />;
        const rows = [...report.rows.map((row) => ({ ...row, name: nameOf(row, by) })), { ...report.total, key: " ", name: t("reports.total") }];
        return (
          <Table
            label={t("reports.names.costs")} rows={rows} keyOf={(row) => row.key}
            columns={[
              { title: named("reports.groups", by), cell: (row) => <span dir="auto">{row.name}</span> },
              { title: t("reports.columns.messages"), cell: (row) => row.messages, figures: true },
              { title: t("reports.columns.free"), cell: (row) => row.free, figures: true },
              { title: t("reports.columns.unknown"), cell: (row) => row.unknown, figures: true },
              { title: t("reports.columns.cost"), cell: (row) => row.costs.map(inMoney).join(", ") || "–", figures: true },
            ]}
          />
        );
      }}
    </Show>
  );
}
