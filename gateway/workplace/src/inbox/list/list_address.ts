// What the list shows as a part of the address: a link to it, and Back to the one before. Pure.
//
// What is searched for is not in it: names and numbers have no place in a browser's history.

import { meaningful, type Filter } from "../../core/filtering.ts";

export interface Listed {
  view: string;
  order: string;
  filter: Filter;
}

const VIEWS = /^(?:mine|unassigned|all|closed)$/;
const ORDERS = /^(?:oldest|waiting|due)$/;
const USUAL = "newest";
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/;
/** What the server takes; of another value, as a link may have been written by hand, the address says nothing. */
const VALUES: Record<string, RegExp> = { window: /^(?:open|closed)$/, target: /^(?:running|breached)$/, snoozed: /^(?:true|false)$/, from: TIME, to: TIME };

/** The query of an address at which the list shows this. */
export function listQuery({ view, order, filter }: Readonly<Listed>): string {
  const more = Object.entries(filter).map(([name, value]) => [name, String(value)]);
  return new URLSearchParams([["view", view], ...(order === USUAL ? [] : [["order", order]]), ...more.sort()] as string[][]).toString();
}

/** What an address shows in the list; null where it says nothing of it. */
export function listOf(query: URLSearchParams): Listed | null {
  const taken = [...query].filter(([name, value]) => !Object.hasOwn(VALUES, name) || VALUES[name]?.test(value));
  const { view = "", order = "", snoozed, ...more } = Object.fromEntries(taken);
  if (!VIEWS.test(view)) return null;
  const filter = meaningful({ ...more, ...(snoozed && { snoozed: snoozed === "true" }) });
  return { view, order: ORDERS.test(order) ? order : USUAL, filter };
}
