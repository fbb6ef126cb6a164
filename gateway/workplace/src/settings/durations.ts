// Durations as people set them: a number of a unit. Pure.

export const UNITS = ["seconds", "minutes", "hours", "days"] as const;
export type Unit = (typeof UNITS)[number];

const SECONDS: Readonly<Record<Unit, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

/** The largest unit of which it is a whole number: 5400 is 90 minutes. */
export function inUnits(seconds: number): { count: number; unit: Unit } {
  const unit = UNITS.findLast((one) => seconds % SECONDS[one] === 0 && seconds >= SECONDS[one]) ?? "seconds";
  return { count: seconds / SECONDS[unit], unit };
}

export const inSeconds = (count: number, unit: Unit): number => Math.round(count * SECONDS[unit]);
