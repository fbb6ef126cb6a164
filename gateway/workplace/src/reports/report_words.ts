// Which reports there are, what they can be grouped by, and how a value of a column is told. Pure.

export const REPORTS = ["conversations", "waiting", "first_answer", "handling", "closes", "transfers", "targets", "ratings", "costs"] as const;
export type ReportName = (typeof REPORTS)[number];

const TIMES = ["nothing", "day", "hour", "weekday"];
const THINGS = ["queue", "channel", "operator", "tag", "topic"];
const COSTS = ["day", "channel", "queue", "operator", "campaign", "category", "occasion", "endpoint", "market"];
/** What supervisors may see: their queues, together by time, and their people. */
const OF_SUPERVISORS = [...TIMES, "queue", "operator"];

/** What a report can be grouped by, for a role. */
export function groupings(report: ReportName, seesAll: boolean): readonly string[] {
  if (report === "costs") return seesAll ? COSTS : [];
  return seesAll ? [...TIMES, ...THINGS] : OF_SUPERVISORS;
}

/** What reports are grouped by unless one chooses. */
export const USUAL_GROUPING = "day";

export type Kind = "seconds" | "share" | "money" | "count";

/** What a column's values are. */
export function kindOf(column: string): Kind {
  if (/^within_\d+_seconds$/.test(column)) return "count";
  if (column.endsWith("_seconds")) return "seconds";
  if (column.endsWith("_share")) return "share";
  return "count";
}

/** The seconds of a column such as `within_30_seconds`; null where it is another one. */
export function limitOf(column: string): number | null {
  const found = /^within_(\d+)_seconds$/.exec(column);
  return found ? Number(found[1]) : null;
}

export const SPANS = { today: 0, week: 6, month: 29, quarter: 89 } as const;
export type SpanName = keyof typeof SPANS;

/** The first and last day, as `2026-11-28`, of a span that ends today. */
export function daysOf(span: SpanName, today: Date): { from: string; to: string } {
  const first = new Date(today);
  first.setDate(first.getDate() - SPANS[span]);
  return { from: dayText(first), to: dayText(today) };
}

/** A local day as `2026-11-28`. */
export function dayText(day: Date): string {
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/** The beginning of a local day, and of the one after the last, as the API takes them. */
export function bounds(from: string, to: string): { from: string; to: string } {
  const end = new Date(`${to}T00:00:00`);
  end.setDate(end.getDate() + 1);
  return { from: new Date(`${from}T00:00:00`).toISOString(), to: end.toISOString() };
}

/** All rows that a plot has, also those in which nothing happened; `from` and `to` are moments, `to` is not in it. */
export function keysOf(by: string, from: string, to: string): string[] {
  if (by === "hour") return Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));
  if (by === "weekday") return Array.from({ length: 7 }, (_, day) => String(day + 1));
  const keys: string[] = [];
  for (const day = new Date(from); day < new Date(to); day.setDate(day.getDate() + 1)) keys.push(dayText(day));
  return keys;
}

/** The days of a span of days, the last one too. */
export function daysBetween(from: string, to: string): string[] {
  const span = bounds(from, to);
  return keysOf("day", span.from, span.to);
}

/** What each day cost in a currency: nothing where nothing was delivered. */
export function costsOf(rows: readonly { key: string; costs: readonly { currency: string; amount: string }[] }[], currency: string, days: readonly string[]): number[] {
  const amounts = new Map(rows.map((row) => [row.key, Number(row.costs.find((one) => one.currency === currency)?.amount ?? 0)]));
  return days.map((day) => amounts.get(day) ?? 0);
}
