// When to be reminded: the times that are offered, by the operator's own day. Pure.

const HOUR = 3_600_000;
const MORNING = 9;

export const CHOICES = ["in_an_hour", "in_three_hours", "tomorrow_morning", "monday_morning"] as const;
export type SnoozeChoice = (typeof CHOICES)[number];

/** The time that is meant by a choice made at `now`. */
export function snoozeTime(choice: SnoozeChoice, now: number): Date {
  if (choice === "in_an_hour") return new Date(now + HOUR);
  if (choice === "in_three_hours") return new Date(now + 3 * HOUR);
  const today = new Date(now);
  const days = choice === "tomorrow_morning" ? 1 : (8 - today.getDay()) % 7 || 7;
  return new Date(today.getFullYear(), today.getMonth(), today.getDate() + days, MORNING);
}

/** A time as a field of the type `datetime-local` has it. */
export function localInput(time: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}T${two(time.getHours())}:${two(time.getMinutes())}`;
}
