// A report that is counted: its plot where the rows are times, and its table.

import { here } from "../core/session.ts";
import { spanText } from "../core/spans.ts";
import { isWord, language, named, t } from "../core/words.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { Empty, Show, Table } from "../ui/page.tsx";
import { Plot } from "./plot.tsx";
import { keysOf, kindOf, limitOf } from "./report_words.ts";

export interface Request {
  path: string;
  query: Record<string, string>;
}

interface Row {
  key: string;
  name: string | null;
  values: (number | null)[];
}

interface Report {
  counted_until: string;
  to: string;
  group_by: string;
  columns: string[];
  rows: Row[];
  total: (number | null)[];
}

/** Key of the last row: no id, day or name of a tag begins with a space. */
const TOTAL = " total";

/** Days, hours and weekdays follow one another: they are plotted. */
const PLOTTED = new Set(["day", "hour", "weekday"]);

export function Counts({ request, by }: { request: Request; by: string }) {
  const { api } = here();
  const loaded = useLoaded<Report>(() => api.request("GET", request.path, { query: request.query }), [request.path, JSON.stringify(request.query)]);
  return (
    <Show loaded={loaded}>
      {(report) => {
        if (!report.rows.length) return <Empty text={t("reports.none")} />;
        return (
          <>
            {PLOTTED.has(report.group_by) && <PlotOf report={report} query={request.query} />}
            <Rows report={report} by={by} />
            {report.counted_until < report.to && <p class="soft small">{t("reports.counted_until", { time: new Date(report.counted_until).toLocaleString(language.value) })}</p>}
          </>
        );
      }}
    </Show>
  );
}

function PlotOf({ report, query }: { report: Report; query: Request["query"] }) {
  const keys = keysOf(report.group_by, query["from"]!, query["to"]!);
  if (keys.length < 2) return null;
  const rows = new Map(report.rows.map((row) => [row.key, row]));
  const without = kindOf(report.columns[0]!) === "count" ? 0 : null;
  return (
    <Plot
      label={named("reports.groups", report.group_by)} names={keys.map((key) => rowName({ key, name: null, values: [] }, report.group_by))}
      series={plotted(report).map((column) => ({
        name: columnName(report.columns[column]!), values: keys.map((key) => rows.get(key)?.values[column] ?? without),
      }))}
    />
  );
}

/** The columns of one kind that are plotted: the first ones, for more can't be told apart. */
function plotted(report: Report): number[] {
  const kind = kindOf(report.columns[0]!);
  const alike = report.columns.flatMap((column, place) => (kindOf(column) === kind && limitOf(column) === null ? [place] : []));
  return alike.slice(0, 4);
}

function Rows({ report, by }: { report: Report; by: string }) {
  const rows = report.rows.map((row) => ({ ...row, name: rowName(row, report.group_by) }));
  const total = { key: TOTAL, name: t("reports.total"), values: report.total };
  return (
    <Table
      label={t("reports.title")} rows={rows.length > 1 ? [...rows, total] : rows} keyOf={(row) => row.key}
      columns={[
        { title: named("reports.groups", by), cell: (row) => <span dir="auto">{row.name}</span> },
        ...report.columns.map((column, place) => ({ title: columnName(column), cell: (row: Row) => told(row.values[place] ?? null, column), figures: true })),
      ]}
    />
  );
}

/** A day, as `2026-11-28`, in the language. */
export const dayName = (day: string): string => new Date(`${day}T12:00:00`).toLocaleDateString(language.value, { weekday: "short", day: "numeric", month: "short" });

/** A row's name; a day or a weekday in the language, and a word for what has none. */
function rowName(row: Row, by: string): string {
  if (by === "nothing") return t("reports.total");
  if (by === "day") return dayName(row.key);
  if (by === "hour") return `${row.key}:00`;
  // 5 January 2026 was a Monday, which is 1.
  if (by === "weekday") return new Date(2026, 0, 4 + Number(row.key)).toLocaleDateString(language.value, { weekday: "long" });
  return row.name ?? (row.key ? t("reports.gone") : t("reports.without"));
}

function columnName(column: string): string {
  const limit = limitOf(column);
  if (limit !== null) return t("reports.within", { span: spanText(limit, language.value) });
  if (isWord(`closes.${column}`)) return named("closes", column);
  return named("reports.columns", column);
}

function told(value: number | null, column: string): string {
  if (value === null) return "–";
  const kind = kindOf(column);
  if (kind === "seconds") return spanText(value, language.value);
  if (kind === "share") return value.toLocaleString(language.value, { style: "percent", maximumFractionDigits: 1 });
  return value.toLocaleString(language.value);
}
