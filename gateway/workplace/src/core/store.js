// The page's state, and the one place where it is kept. Everything in it is replaced, never changed
// in place: what is the same object as before looks the same as before.
//
// The functions below are pure; `events.js` has those for the event stream.

import { serverNow } from "./clock.js";
import { passes } from "./filtering.ts";
import { t } from "./say.ts";

/** How far a message has come, for answers that overtake each other: a status never goes back. */
const PROGRESS = { received: 0, held: 0, scheduled: 0, queued: 0, sending: 0, unknown: 1, sent: 2, failed: 3, delivered: 3, read: 4 };

const SEES_ALL = new Set(["manager", "administrator", "owner"]);

/** Supervisors and above may take over what another operator has. */
export const mayTakeOver = (me) => me.role === "supervisor" || SEES_ALL.has(me.role);
export const seesAll = (me) => SEES_ALL.has(me.role);

/** @typedef {ReturnType<typeof initialState>} State */

export function initialState(me) {
  return {
    me,
    workspace: null,
    operators: new Map(), // id → operator
    queues: new Map(), // id → queue
    campaigns: new Map(), // id → campaign, once their list was opened
    statuses: new Map(), // id → a status of the workspace's own
    places: new Map(), // id → {place, wait} of a waiting conversation in its queue, as read last
    conversations: new Map(), // id → conversation, as the API shows it
    lists: {}, // listKey → {cursor of the next page: string|null, loaded, loading}
    view: "mine", // mine | unassigned | all | closed
    filter: {}, // of the list, in the names of the API; see filtering.ts
    topics: new Set(), // the filter's topic and all below it
    order: "newest",
    search: "",
    tally: null, // what the server counted, see counting.ts
    savedShown: 0, // grows when saved views are to be counted; 0 while they are not shown
    gone: null, // {id, operator_id} of the selected one if it left our sight
    left: new Map(), // id → version in which a conversation left our sight
    selected: null, // id of the conversation whose thread is shown
    typing: null, // id of the conversation in which the customer types
    threads: new Map(), // id → {messages: ascending by seq, complete: no older ones, loaded, loading, early}
    earlier: /** @type {import('../inbox/thread/earlier.ts').Earlier | null} */ (null), // what stands above the thread, see inbox/thread/earlier.ts
    pending: new Map(), // id → [{key, content, reply_to, state, detail}], see sending.js
    helpers: new Set(), // what the workspace's helpers can do
    helped: new Map(), // message id → what a helper said of it: {kind, busy} | {kind, text} | {kind, fault}
    connection: "connecting", // connecting | live | offline
  };
}

export class Store {
  #listeners = new Set();

  constructor(state) {
    this.state = state;
  }

  /** Puts a new state in place; a function gets the old one. */
  set(change) {
    const next = typeof change === "function" ? change(this.state) : { ...this.state, ...change };
    if (next === this.state) return;
    this.state = next;
    for (const listener of this.#listeners) listener(this.state); // a listener before this one may have set another
  }

  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export function withEntry(map, key, value) {
  const next = new Map(map);
  if (value === undefined) next.delete(key);
  else next.set(key, value);
  return next;
}

// Conversations

/**
 * Takes a conversation from an answer or an event.
 *
 * Answers and events overtake each other: a lower `version` is an older state. New messages raise
 * `last_message` without the client learning the version, so the newer of both is kept.
 */
export function mergeConversation(known, view) {
  if (!known) return view;
  if (view.version < known.version) return known;
  const ours = known.last_message;
  const ahead = ours && (!view.last_message || ours.seq > view.last_message.seq);
  if (!ahead) return view;
  const expires = [known.window.expires_at, view.window.expires_at].filter(Boolean).sort(byTime).at(-1) ?? null;
  const window = { ...view.window, expires_at: expires, open: view.window.open || known.window.open };
  const unread = ours.direction === "in" && ours.seq > view.read_seq ? Math.max(1, view.unread) : view.unread;
  return { ...view, last_message: ours, unread, window };
}

const byTime = (one, other) => new Date(one) - new Date(other);

/** Has it left our sight in this version or a later one? Closed ones have left the lists, and are shown where they are asked for. */
const isBehind = (state, view) => view.state !== "closed" && view.version <= (state.left.get(view.id) ?? -1);

export function putConversation(state, view) {
  if (isBehind(state, view)) return state;
  const known = state.conversations.get(view.id);
  const merged = mergeConversation(known, view);
  return merged === known ? state : { ...state, conversations: withEntry(state.conversations, view.id, merged) };
}

/**
 * Takes a conversation out of all lists. Its version is remembered: a page that was read before,
 * and that comes in later, must not bring it back.
 */
export function dropConversation(state, id, version = 0) {
  return {
    ...state,
    conversations: withEntry(state.conversations, id),
    threads: withEntry(state.threads, id),
    left: withLeft(state.left, id, Math.max(version, state.left.get(id) ?? 0)),
  };
}

/**
 * Forgets the closed conversations that nothing shows any more: no event tells of them again, and over a day they would
 * be most of what is kept. The tab of closed ones reads them anew whenever it is opened.
 */
export function withoutClosed(state) {
  if (state.view === "closed") return state;
  const kept = [...state.conversations].filter(([id, one]) => one.state !== "closed" || id === state.selected);
  return kept.length === state.conversations.size ? state : { ...state, conversations: new Map(kept) };
}

/** No page is under way for as long as it takes that so many others leave. */
const LEFT_KEPT = 500;

function withLeft(left, id, version) {
  const others = [...left].filter(([one]) => one !== id);
  return new Map([...others.slice(1 - LEFT_KEPT), [id, version]]);
}

/** Does a conversation belong into a tab? */
export function belongs(conversation, view, me) {
  if (conversation.state === "closed" || view === "closed") return conversation.state === view;
  if (view === "mine") return conversation.operator_id === me.id;
  return view === "all" || conversation.operator_id === null;
}

/** What a person calls the customer. */
export function displayName(conversation) {
  return conversation.contact.name || displayNumber(conversation.identity);
}

/** A WhatsApp id is a phone number without its plus; a web chat's says whether the site knows the visitor. */
export function displayNumber(identity) {
  if (identity.kind === "webchat") return identity.external_id.startsWith("v_") ? t("team.visitor", { id: identity.external_id.slice(2, 6) }) : identity.external_id.slice(2);
  const [, chat] = (identity.kind === "telegram" && /^(-?\d+):b/.exec(identity.external_id)) || [];
  if (chat) return t("team.business_chat", { id: chat });
  if (identity.kind === "whatsapp" && identity.external_id.startsWith("group:")) return t("team.group");
  const phone = identity.kind === "whatsapp" && /^\d{7,15}$/.test(identity.external_id);
  return phone ? `+${identity.external_id}` : identity.external_id;
}

export function matches(conversation, search) {
  const wanted = search.trim().toLocaleLowerCase();
  if (!wanted) return true;
  const texts = [conversation.contact.name ?? "", ...conversation.contact.identities.map((one) => one.external_id)];
  return texts.some((text) => text.toLocaleLowerCase().includes(wanted.replace(/^\+/, "")));
}

// Lists: pages of conversations under one query

export const listKey = (view, order, search, filter = {}) => JSON.stringify([view, order, search.trim(), ...Object.entries(filter).sort().flat()]);

/** The list that is shown. */
export const shownKey = ({ view, order, search, filter }) => listKey(view, order, search, filter);

export function withPage(state, key, page) {
  const conversations = new Map(state.conversations);
  for (const view of page.items) {
    if (isBehind(state, view)) continue;
    conversations.set(view.id, mergeConversation(conversations.get(view.id), view));
  }
  const list = { cursor: page.next_cursor, loaded: true, loading: false };
  return { ...state, conversations, lists: { ...state.lists, [key]: list } };
}

const time = (iso) => Date.parse(iso);
const activities = new WeakMap(); // reading a thousand times is slower than everything else that an event does to a list

/** When something happened last in a conversation. */
function activity(one) {
  if (!activities.has(one)) activities.set(one, time(one.last_message?.at ?? one.opened_at));
  return activities.get(one);
}

/** What each order sorts by, the lowest first. */
const ORDERS = {
  newest: (one) => -activity(one),
  oldest: (one) => time(one.opened_at),
  waiting: (one) => time(one.queued_at),
  due: (one) => time(one.target.due_at),
};
const HAS_ORDER = { waiting: (one) => one.state === "queued", due: (one) => Boolean(one.target) };

/** The conversations that the list shows, in order. "Newest" is by the last message. */
export function shownConversations(state) {
  const { conversations, view, order, search, filter = {}, topics = new Set(), me } = state;
  const now = serverNow();
  const narrowed = Object.keys(filter).length > 0;
  const searched = search.trim() !== "";
  return [...conversations.values()]
    .filter((one) => belongs(one, view, me) && (HAS_ORDER[order]?.(one) ?? true) && (!searched || matches(one, search)) && (!narrowed || passes(one, filter, now, topics)))
    .map((one) => ({ one, by: ORDERS[order](one) }))
    .sort((a, b) => a.by - b.by || (a.one.id < b.one.id ? 1 : -1))
    .map(({ one }) => one);
}

// Threads

/** Takes a message from an answer or an event; keeps what the older copy knew better. */
export function mergeMessage(known, message) {
  if (!known) return message;
  if (PROGRESS[message.status] < PROGRESS[known.status]) message = { ...message, status: known.status, error: known.error };
  const url = known.content.media?.url; // made when read, never part of an event
  if (url && message.content.media && !message.content.media.url) {
    message = { ...message, content: { ...message.content, media: { ...message.content.media, url } } };
  }
  return message;
}

/** Puts messages into a thread, ascending by `seq`: that is the order in which a thread is shown. */
export function mergeMessages(messages, more) {
  const byId = new Map(messages.map((one) => [one.id, one]));
  for (const message of more) byId.set(message.id, mergeMessage(byId.get(message.id), message));
  return [...byId.values()].sort((one, other) => one.seq - other.seq);
}

const NO_THREAD = { messages: [], complete: false, loaded: false, loading: false, early: [] };

/** Says that a page of a thread is being read: what happens to its messages meanwhile is kept in `early`. */
export function withThreadLoading(state, id, loading) {
  const thread = state.threads.get(id) ?? NO_THREAD;
  return { ...state, threads: withEntry(state.threads, id, { ...thread, loading }) };
}

/** Takes a page of a thread: the newest one, or the one before the oldest; `complete`: nothing is before it. */
export function withThreadPage(state, id, page, complete) {
  const thread = state.threads.get(id) ?? NO_THREAD;
  const messages = mergeMessages(thread.messages, page);
  const oldest = messages[0]?.seq ?? 0;
  const early = thread.early.filter((one) => complete || one.seq >= oldest);
  const next = { messages: mergeMessages(messages, early), complete, loaded: true, loading: false, early: [] };
  return { ...state, threads: withEntry(state.threads, id, next) };
}

/** Takes a message into its thread if that is shown, and not above its oldest page: that is read when scrolled to. */
export function withMessage(given, message) {
  const state = withEarlierMessage(given, message);
  const id = message.conversation_id;
  const thread = state.threads.get(id);
  if (!thread) return state;
  const above = !thread.loaded || (!thread.complete && message.seq < (thread.messages[0]?.seq ?? 0));
  if (above && !thread.loading) return state;
  const next = above
    ? { ...thread, early: [...thread.early, message] }
    : { ...thread, messages: mergeMessages(thread.messages, [message]) };
  return { ...state, threads: withEntry(state.threads, id, next) };
}

/** A message of the past that has changed. */
function withEarlierMessage(state, message) {
  const { earlier } = state;
  if (!earlier?.messages.some((one) => one.id === message.id)) return state;
  return { ...state, earlier: { ...earlier, messages: mergeMessages(earlier.messages, [message]) } };
}

/** The newest message of the customer that was read into the thread: what a close has "seen". */
export function seenSeq(thread) {
  return thread?.messages.findLast((one) => one.direction === "in")?.seq ?? 0;
}

// What waits to be accepted by the server

export function putPending(state, id, item) {
  const items = state.pending.get(id) ?? [];
  const known = items.some((one) => one.key === item.key);
  const next = known ? items.map((one) => (one.key === item.key ? item : one)) : [...items, item];
  return { ...state, pending: withEntry(state.pending, id, next) };
}

export function dropPending(state, id, key) {
  const left = (state.pending.get(id) ?? []).filter((one) => one.key !== key);
  return { ...state, pending: withEntry(state.pending, id, left.length ? left : undefined) };
}
