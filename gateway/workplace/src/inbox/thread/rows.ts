// A thread as rows in parts. What is the same as before is the same object as before, so that only the rest is drawn anew.

import { sameDay } from "../../core/time.js";
import type { Helped, Message, Pending } from "./types.ts";

export interface MessageRow {
  kind: "message";
  key: string;
  message: Message;
  /** The message that it answers, where that is in the thread. */
  quoted: Message | undefined;
  /** It was sent again. */
  retried: boolean;
  helped: Helped | undefined;
}

/** Pictures and films that were sent together. */
export interface AlbumRow {
  kind: "album";
  key: string;
  parts: MessageRow[];
}

export interface PendingRow {
  kind: "pending";
  key: string;
  item: Pending;
}

export type Row = MessageRow | AlbumRow | PendingRow;

/** Some rows of one day and one conversation. */
export interface Part {
  key: string;
  /** When its first message was, null where all of it waits to be sent. */
  at: string | null;
  /** It begins another day than the one before. */
  newDay: boolean;
  conversation: string | null;
  /** It begins a conversation, or goes on with one that was above already; null where nothing is to be said of that. */
  episode: "begins" | "again" | null;
  /** Messages above it were not read. */
  gap: boolean;
  rows: Row[];
}

/** Where a thread is not simply one conversation from its beginning on. */
export interface Whole {
  /** The conversation that is shown; others are of the past. */
  current: string;
  /** The message above which some were not read. */
  gapAbove: string | null;
}

const PART = 60; // more than a page, so that the first new message begins no part

const drawn = new WeakMap<Message, MessageRow>();

function messageRow(message: Message, quoted: Message | undefined, retried: boolean, helped: Helped | undefined): MessageRow {
  const before = drawn.get(message);
  if (before && before.quoted === quoted && before.retried === retried && before.helped === helped) return before;
  const row: MessageRow = { kind: "message", key: message.id, message, quoted, retried, helped };
  drawn.set(message, row);
  return row;
}

/** A row for each message and album, in their order. */
export function rowsOf(messages: readonly Message[], helped: ReadonlyMap<string, Helped>): (MessageRow | AlbumRow)[] {
  const known = new Map(messages.map((one) => [one.id, one]));
  const retried = new Set(messages.map((one) => one.retry_of));
  const rows: (MessageRow | AlbumRow)[] = [];
  for (const message of messages) {
    const quoted = message.reply_to ? known.get(message.reply_to) : undefined;
    const row = messageRow(message, quoted, retried.has(message.id), helped.get(message.id));
    const last = rows.at(-1);
    if (last && belongTogether(lastOf(last).message, message)) rows[rows.length - 1] = album(last, row);
    else rows.push(row);
  }
  return rows;
}

const belongTogether = (one: Message, other: Message): boolean =>
  Boolean(one.group_id) && one.group_id === other.group_id && one.conversation_id === other.conversation_id;

const album = (row: MessageRow | AlbumRow, next: MessageRow): AlbumRow => {
  const parts = row.kind === "album" ? [...row.parts, next] : [row, next];
  return { kind: "album", key: `album ${next.message.group_id}`, parts };
};

export const firstOf = (row: MessageRow | AlbumRow): MessageRow => (row.kind === "album" ? row.parts[0]! : row);
const lastOf = (row: MessageRow | AlbumRow): MessageRow => (row.kind === "album" ? row.parts.at(-1)! : row);

/**
 * Cut rows into parts.
 *
 * Where a part began before, one begins now: so a page above, or a message below, leaves all other parts as they are.
 */
export function partsOf(rows: readonly (MessageRow | AlbumRow)[], waiting: readonly PendingRow[], before: readonly Part[], whole: Whole): Part[] {
  const known = new Map(before.map((one) => [one.key, one]));
  const above = new Set<string>();
  const parts: Part[] = [];
  for (const row of rows) {
    const { message } = firstOf(row);
    const last = parts.at(-1);
    const newDay = !last?.at || !sameDay(last.at, message.created_at);
    const newConversation = last?.conversation !== message.conversation_id;
    const gap = message.id === whole.gapAbove;
    if (last && !newDay && !newConversation && !gap && !known.has(row.key) && last.rows.length < PART) {
      last.rows.push(row);
      continue;
    }
    const told = newConversation && (last || message.conversation_id !== whole.current);
    const episode = told ? (above.has(message.conversation_id) ? "again" : "begins") : null;
    above.add(message.conversation_id);
    parts.push({ key: row.key, at: message.created_at, newDay, conversation: message.conversation_id, episode, gap, rows: [row] });
  }
  if (waiting.length && !parts.length) parts.push({ key: "waiting", at: null, newDay: false, conversation: null, episode: null, gap: false, rows: [] });
  parts.at(-1)?.rows.push(...waiting);
  return parts.map((one) => asBefore(known.get(one.key), one));
}

/** The part of before, where it is the same. */
function asBefore(before: Part | undefined, now: Part): Part {
  const same = before && before.newDay === now.newDay && before.episode === now.episode && before.gap === now.gap && before.at === now.at
    && before.rows.length === now.rows.length && before.rows.every((row, n) => sameRow(row, now.rows[n]!));
  return same ? before : now;
}

const sameRow = (one: Row, other: Row): boolean =>
  one === other
  || (one.kind === "album" && other.kind === "album" && one.parts.length === other.parts.length && one.parts.every((part, n) => part === other.parts[n]))
  || (one.kind === "pending" && other.kind === "pending" && one.item === other.item);
