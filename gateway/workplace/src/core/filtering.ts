// Which conversations a filter of the list lets through, as the server would. Pure.

import { replyWindow } from "./time.js";

/** The names and values are those of `GET /conversations`. */
export interface Filter {
  channel_id?: string;
  queue_id?: string;
  operator_id?: string;
  contact_id?: string;
  tag?: string;
  topic_id?: string;
  window?: "open" | "closed";
  snoozed?: boolean;
  target?: "running" | "breached";
  from?: string;
  to?: string;
}

interface Filtered {
  channel: { id: string };
  contact: { id: string };
  queue_id: string | null;
  operator_id: string | null;
  tags: string[];
  topics: string[];
  window: { open: boolean; expires_at: string | null };
  snooze: object | null;
  target: { breached: boolean } | null;
  opened_at: string;
}

const TESTS: { [Name in keyof Required<Filter>]: (one: Filtered, wanted: NonNullable<Filter[Name]>, now: number, topics: ReadonlySet<string>) => boolean } = {
  channel_id: (one, id) => one.channel.id === id,
  queue_id: (one, id) => one.queue_id === id,
  operator_id: (one, id) => one.operator_id === id,
  contact_id: (one, id) => one.contact.id === id,
  tag: (one, tag) => one.tags.some((other) => other.toLocaleLowerCase() === tag.toLocaleLowerCase()),
  topic_id: (one, _, __, topics) => one.topics.some((id) => topics.has(id)),
  window: (one, wanted, now) => replyWindow(one.window, now).open === (wanted === "open"),
  snoozed: (one, wanted) => (one.snooze !== null) === wanted,
  target: (one, wanted) => one.target !== null && (wanted === "running" || one.target.breached),
  from: (one, time) => one.opened_at >= time,
  to: (one, time) => one.opened_at < time,
};

/** Does a conversation pass? `topics`: the wanted topic and all below it. */
export function passes(one: Filtered, filter: Filter, now: number, topics: ReadonlySet<string>): boolean {
  return Object.entries(filter).every(([name, wanted]) => {
    if (wanted === undefined || wanted === null) return true;
    const test = TESTS[name as keyof Filter] as ((...given: unknown[]) => boolean) | undefined;
    return test ? test(one, wanted, now, topics) : true;
  });
}

/** What is left of a filter without what says nothing; of a saved view's only what a list is filtered by. */
export function meaningful(filter: Readonly<Record<string, unknown>>): Filter {
  const known = Object.entries(filter).filter(([name, value]) => Object.hasOwn(TESTS, name) && value !== undefined && value !== null && value !== "");
  return Object.fromEntries(known) as Filter;
}
