// What the board takes from the report of conversations. Pure.

/** The report, as far as the board looks at it. */
export interface Counted {
  from: string;
  columns: readonly string[];
  rows: readonly { key: string; values: readonly (number | null)[] }[];
  total: readonly (number | null)[];
}

export interface Flow {
  opened: number;
  closed: number;
}

export interface Pace {
  /** Since when it is counted: reports begin at half hours. */
  since: string;
  all: Flow;
  of: (queue: string) => Flow;
}

const NOTHING: Flow = { opened: 0, closed: 0 };

export function paceOf({ from, columns, rows, total }: Counted): Pace {
  const flow = (values: readonly (number | null)[]): Flow => ({ opened: values[columns.indexOf("opened")] ?? 0, closed: values[columns.indexOf("closed")] ?? 0 });
  const queues = new Map(rows.map((row) => [row.key, flow(row.values)]));
  return { since: from, all: flow(total), of: (queue) => queues.get(queue) ?? NOTHING };
}
