// Whether this browser shows notices while no page is open: known at once, without what does it (push/push.ts).

import { session } from "../core/session.ts";

const KEPT = "workplace.push";

/** For whom it was turned on in this browser, and of what they are told. */
export interface PushMark {
  operator: string;
  kinds: string[];
}

export function pushMark(): PushMark | null {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "null");
  } catch {
    return null;
  }
}

export function notePush(mark: PushMark): void {
  localStorage.setItem(KEPT, JSON.stringify(mark));
}

export function forgetPush(): void {
  localStorage.removeItem(KEPT);
}

/** Whether the service worker shows notices to whoever is signed in, so that the page need not. */
export const isPushed = (): boolean => pushMark()?.operator === session.value?.me.id;

/** Go on with what was turned on here, when somebody has signed in. What fails is tried again with the next start. */
export function keepPush(): void {
  const mark = pushMark();
  const { api, me } = session.value ?? {};
  if (mark && api && me && "serviceWorker" in navigator) import("../push/push.ts").then((push) => push.keepUp(api, mark, me.id)).catch(() => {});
}
