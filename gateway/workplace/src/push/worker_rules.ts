// What the service worker shows for what it is sent. Pure.

import type en from "../languages/en/notices.ts";

/** The words of one language; those of the kinds that this build does not know are `other`. */
export type NoticeWords = { [Key in keyof typeof en]: (typeof en)[Key] extends string ? string : Record<keyof (typeof en)[Key], string> };

/** What is sent (inbox/push/push_rules.py). */
export interface Payload {
  kind: string;
  at: string;
  conversation_id?: string;
  channel?: string;
  name?: string;
}

export interface Shown {
  title: string;
  body: string;
  /** One notice at a time has it: the newest. */
  tag: string;
  path: string;
}

/** The notice for what was sent; without words, since they were never kept, or of an older build, it still says something. */
export function noticeOf(sent: Payload | null, words: NoticeWords | null): Shown {
  const says: Record<string, string> = words?.says ?? {};
  const channels: Record<string, string> = words?.channels ?? {};
  const id = sent?.conversation_id;
  const channel = sent?.channel ? (channels[sent.channel] ?? sent.channel) : "";
  return {
    title: says[sent?.kind ?? ""] ?? words?.other ?? "There is news in the inbox",
    body: [sent?.name, channel].filter(Boolean).join(" · "),
    tag: id ?? sent?.kind ?? "news",
    path: id && /^[\w-]+$/.test(id) ? `/conversations/${id}` : "/",
  };
}

/** Whether somebody sees the page and needs no notice; a test is always shown. */
export const isSeen = (sent: Payload | null, windows: readonly { visibilityState: string; url: string }[]): boolean =>
  sent?.kind !== "test" && windows.some((one) => one.visibilityState === "visible" && isWorkplace(one.url));

const WORKPLACE = /^\/(?:$|(?:conversations|contacts|board|reports|campaigns|templates|settings)(?:\/|$))/;

/** Whether an address is the workplace's: the same server has other pages. */
export const isWorkplace = (url: string): boolean => WORKPLACE.test(new URL(url).pathname);

/** The page in the place of one that can't be reached. */
export function offlinePage(words: NoticeWords | null, language: string): string {
  const { offline, offline_text, again } = words ?? { offline: "No connection", offline_text: "The workplace can’t be reached at the moment.", again: "Try again" };
  const text = (one: string) => one.replace(/[&<>]/g, (found) => `&#${found.charCodeAt(0)};`);
  return `<!doctype html><html lang="${language.replace(/\W/g, "")}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${text(offline)}</title><main><h1>${text(offline)}</h1><p>${text(offline_text)}</p><p><a href="">${text(again)}</a></p></main></html>`;
}
