// Times as people read them. `now` is passed in, and the language where it is not the page's.

import { languageCode, t } from "./say.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/** Whole calendar days from `date` to `now`: 0 today, 1 yesterday. */
function daysAgo(date, now) {
  return Math.round((midnight(new Date(now)) - midnight(date)) / DAY);
}

/** 14:05 */
export function clockTime(iso, language = languageCode()) {
  return new Date(iso).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
}

/** For a list: "now", "5 min", "14:05", "Tue", "3 Feb", "3 Feb 2024". */
export function shortAge(iso, now, language = languageCode()) {
  const date = new Date(iso);
  const age = now - date.getTime();
  if (age < MINUTE) return t("times.now");
  if (age < HOUR) return t("times.minutes", { n: Math.floor(age / MINUTE) });
  const days = daysAgo(date, now);
  if (days === 0) return clockTime(iso, language);
  if (days < 7) return date.toLocaleDateString(language, { weekday: "short" });
  const thisYear = date.getFullYear() === new Date(now).getFullYear();
  return date.toLocaleDateString(language, { day: "numeric", month: "short", ...(!thisYear && { year: "numeric" }) });
}

/** For the line between two days of a thread: "Today", "Yesterday", "Tuesday, 3 February". */
export function dayName(iso, now, language = languageCode()) {
  const date = new Date(iso);
  const days = daysAgo(date, now);
  if (days === 0) return t("times.today");
  if (days === 1) return t("times.yesterday");
  const thisYear = date.getFullYear() === new Date(now).getFullYear();
  const options = { weekday: "long", day: "numeric", month: "long", ...(!thisYear && { year: "numeric" }) };
  return date.toLocaleDateString(language, options);
}

/** Tells whether two times fall on the same local day. */
export function sameDay(one, other) {
  return midnight(new Date(one)) === midnight(new Date(other));
}

/** 11520000 → "3 h 12 min"; never "0 min". */
export function duration(milliseconds) {
  const minutes = Math.floor(milliseconds / MINUTE);
  if (minutes < 1) return t("times.under_a_minute");
  if (minutes < 60) return t("times.minutes", { n: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? t("times.hours_minutes", { h: hours, n: minutes % 60 }) : t("times.hours", { n: hours });
  return t("times.days", { n: Math.floor(hours / 24) });
}

/** The same, where there is room for a figure only: "<1 min". */
export const briefly = (milliseconds) => (milliseconds < MINUTE ? t("times.minute_briefly") : duration(milliseconds));

/** An expected wait, rounded up as the customer is told it: "about 2 min"; null is not known. */
export function waitText(seconds) {
  if (seconds === null) return t("times.not_known");
  return seconds ? t("times.about", { time: duration(Math.ceil((seconds * 1000) / MINUTE) * MINUTE) }) : t("times.none");
}

/** Until something happens: "in 2 h 5 min", below ten minutes "in 4:09". */
export function countdown(iso, now) {
  const left = new Date(iso).getTime() - now;
  if (left <= 0) return t("times.now");
  if (left >= 10 * MINUTE) return t("times.in", { time: duration(left) });
  const seconds = Math.ceil(left / 1000);
  return t("times.in", { time: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` });
}

/** Date and time, for a tooltip and for details; `timeStyle` "medium" has seconds. */
export function fullTime(iso, language = languageCode(), timeStyle = "short") {
  return new Date(iso).toLocaleString(language, { dateStyle: "medium", timeStyle });
}

/** "3 Feb, 14:05", with the year where it is another one. */
export function dayAndTime(iso, now = Date.now(), language = languageCode()) {
  const date = new Date(iso);
  const thisYear = date.getFullYear() === new Date(now).getFullYear();
  return date.toLocaleString(language, { day: "numeric", month: "short", ...(!thisYear && { year: "numeric" }), hour: "2-digit", minute: "2-digit" });
}

/**
 * The reply window of a conversation as it is now.
 *
 * WhatsApp takes free text for 24 hours after the customer's last message; a channel without
 * such a rule says `open: true` and no `expires_at`. The server's word was true when it was
 * read: time goes on here, so that an open one may have closed since, never the other way round.
 *
 * @returns {{limited: boolean, open: boolean, left: number|null}} `left` in milliseconds.
 */
export function replyWindow(window, now) {
  if (window.expires_at === null) return { limited: !window.open, open: window.open, left: null };
  const left = new Date(window.expires_at).getTime() - now;
  return { limited: true, open: window.open && left > 0, left: Math.max(0, left) };
}
