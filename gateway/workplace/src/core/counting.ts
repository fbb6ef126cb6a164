// How many conversations each tab has: what the server counted, and what was seen to move since then (inbox/list/count_moves.ts). Pure.

import { passes, type Filter } from "./filtering.ts";
import { belongs, listKey, type State } from "./store.js";

export const COUNTED = ["mine", "unassigned", "all"] as const;
export type Counted = (typeof COUNTED)[number];

/** Of one view, as `GET /conversations/counts` says it. */
export interface ViewCount {
  count: number | null;
  more: boolean;
  unread: number | null;
}

/** What the server counted, under which filter; saved views by their ids. */
export interface Tally extends Record<Counted, ViewCount> {
  filter: string;
  saved: ReadonlyMap<string, ViewCount>;
}

/** `open` is null while nobody knows. */
export interface Shown {
  open: number | null;
  unread: number;
  more: boolean;
}

/** The filter of the list as a name. */
export const filterKey = (filter: Filter): string => JSON.stringify(Object.entries(filter).sort());

/** What the tabs show. Where all of a view was read it is counted here; otherwise it is the server's count. */
export function shownCounts(state: State, now: number): Record<Counted, Shown> {
  const here = tallyHere(state, now);
  const tally = (state as { tally: Tally | null }).tally;
  const valid = tally?.filter === filterKey(state.filter) ? tally : null;
  const of = (view: Counted): Shown => {
    const counted = valid?.[view];
    if (isComplete(state, view)) return { ...here[view], more: false };
    if (!counted) return { open: null, unread: here[view].unread, more: false };
    if (counted.count === null) return { ...here[view], more: true };
    return { open: counted.count, unread: counted.unread ?? here[view].unread, more: counted.more };
  };
  return { mine: of("mine"), unassigned: of("unassigned"), all: of("all") };
}

/** Whether every conversation of a view was read. */
export function isComplete(state: State, view: Counted): boolean {
  const list = (state.lists as Record<string, { loaded?: boolean; cursor?: string | null } | undefined>)[listKey(view, "newest", "", state.filter)];
  return Boolean(list?.loaded) && !list?.cursor;
}

function tallyHere(state: State, now: number): Record<Counted, { open: number; unread: number }> {
  const found = { mine: { open: 0, unread: 0 }, unassigned: { open: 0, unread: 0 }, all: { open: 0, unread: 0 } };
  const narrowed = Object.keys(state.filter).length > 0;
  for (const one of state.conversations.values()) {
    if (narrowed && !passes(one, state.filter, now, state.topics)) continue;
    for (const view of COUNTED) {
      if (!belongs(one, view, state.me)) continue;
      found[view].open += 1;
      if (one.unread > 0) found[view].unread += 1;
    }
  }
  return found;
}
