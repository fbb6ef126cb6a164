// What stands above a conversation: the same customer's messages of all conversations and channels before it.
// Pure functions over the state's `earlier`; whatever it is about, it is replaced, never changed in place.

import type { Conversation } from "../types.ts";
import type { Message } from "./types.ts";

export interface Earlier {
  /** The conversation that it stands above. */
  above: string;
  /** Ascending by `seq`. */
  messages: Message[];
  conversations: Record<string, Conversation>;
  /** The cursor of what came before; null at the beginning of all. */
  before: string | null;
  /** The cursor of what comes after it. */
  after: string | null;
  /** Nothing is missing between it and the conversation's messages. */
  joined: boolean;
  loading: boolean;
}

/** A part of the timeline, as the API answers. */
export interface TimelinePage {
  items: Message[];
  conversations: Record<string, Conversation>;
  before: string | null;
  after: string | null;
}

export const nothingEarlier = (above: string): Earlier => ({ above, messages: [], conversations: {}, before: null, after: null, joined: true, loading: true });

const below = (page: TimelinePage, first: number): Message[] => page.items.filter((one) => one.seq < first);
const meets = (page: TimelinePage, first: number): boolean => !page.items.length || page.items.at(-1)!.seq >= first;

/** A page above what is there. */
export function withPageAbove(earlier: Earlier, page: TimelinePage, first: number): Earlier {
  const known = new Set(earlier.messages.map((one) => one.id));
  const added = below(page, first).filter((one) => !known.has(one.id));
  return { ...earlier, messages: [...added, ...earlier.messages], conversations: { ...page.conversations, ...earlier.conversations }, before: page.before, loading: false };
}

/** A page below what is there, up to the first message of the conversation itself. */
export function withPageBelow(earlier: Earlier, page: TimelinePage, first: number): Earlier {
  const known = new Set(earlier.messages.map((one) => one.id));
  const added = below(page, first).filter((one) => !known.has(one.id));
  return {
    ...earlier, messages: [...earlier.messages, ...added], conversations: { ...earlier.conversations, ...page.conversations },
    after: page.after, joined: meets(page, first), loading: false,
  };
}

/** Another part of the timeline, in place of the one that is there: where one has jumped to. */
export function jumpedTo(above: string, page: TimelinePage, first: number): Earlier {
  const { conversations, before, after } = page;
  return { above, messages: below(page, first), conversations, before, after, joined: meets(page, first), loading: false };
}

/** The first message since a time, where all from that time on is there; null where it has to be read. */
export function firstSince(earlier: Earlier | null, messages: readonly Message[], complete: boolean, at: number): Message | null {
  const since = (one: Message): boolean => new Date(one.created_at).getTime() >= at;
  const [oldest] = earlier?.messages ?? [];
  const whole = !earlier || earlier.joined;
  const from = earlier && whole && oldest ? oldest : messages[0];
  const begins = whole && complete && earlier !== null && earlier.before === null && !earlier.loading;
  if (!from || (!begins && since(from))) return null;
  return [...(whole ? (earlier?.messages ?? []) : []), ...messages].find(since) ?? null;
}
