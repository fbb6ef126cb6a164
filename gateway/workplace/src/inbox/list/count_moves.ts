// What events and answers change of the counts. Pure.

import { COUNTED, isComplete, type Tally } from "../../core/counting.ts";
import { passes } from "../../core/filtering.ts";
import { belongs, type State } from "../../core/store.js";

interface Row {
  unread: number;
}

const ELSEWHERE = new Set(["conversation.assigned", "conversation.transferred", "conversation.queued", "conversation.closed", "conversation.created", "control.changed", "contact.merged", "contact.erased"]);

/** Can an event change how many are somewhere? Where all is shown and one's own are known, only what changes the place. */
export function mayMove(type: string, state: State): boolean {
  if (ELSEWHERE.has(type)) return true;
  if (type !== "conversation.updated" && type !== "message.created") return false;
  const narrowed = Object.keys(state.filter).length > 0 || state.savedShown > 0;
  return (narrowed && type === "conversation.updated") || !isComplete(state, "mine");
}

/**
 * The count after conversations that were known changed or left.
 *
 * Who came is not counted here: whether the server had counted them only their event tells.
 */
export function moved(tally: Tally, before: State, after: State, now: number): Tally {
  if (before.conversations === after.conversations || before.filter !== after.filter) return tally;
  let next = tally;
  for (const [id, one] of before.conversations) {
    const other = after.conversations.get(id);
    if (other !== one) next = shifted(shifted(next, one, before, now, -1), other, after, now, 1);
  }
  return next;
}

/** The count after one that the server had not counted came. */
export const added = (tally: Tally, one: unknown, state: State, now: number): Tally => shifted(tally, one, state, now, 1);

function shifted(tally: Tally, one: unknown, state: State, now: number, by: 1 | -1): Tally {
  if (!one || !passes(one as Parameters<typeof passes>[0], state.filter, now, state.topics)) return tally;
  const next = { ...tally };
  for (const view of COUNTED) {
    if (!belongs(one, view, state.me)) continue;
    const { count, more, unread } = next[view];
    const isUnread = (one as Row).unread > 0 ? by : 0;
    next[view] = {
      count: count === null || more ? count : Math.max(0, count + by),
      more,
      unread: unread === null ? null : Math.max(0, unread + isUnread),
    };
  }
  return next;
}
