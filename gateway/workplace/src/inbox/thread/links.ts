// Links to files: they end after an hour, and each reading of a message makes another one.

import { serverNow } from "../../core/clock.js";

/** Our links say when they end. */
export function isOver(url: string, now: number): boolean {
  const until = new URL(url, document.baseURI).searchParams.get("until");
  return /^\d+$/.test(until ?? "") && Number(until) * 1000 <= now;
}

export const isOverNow = (url: string): boolean => isOver(url, serverNow());

/** Do two links lead to the same file? The rest of a link changes each time. */
export const sameFile = (one: string, other: string): boolean => pathOf(one) === pathOf(other);

const pathOf = (address: string): string => new URL(address, document.baseURI).pathname;

export function size(bytes: number | null | undefined): string {
  if (!bytes) return "";
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 ** 2 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}
