// A week's open spans in words. Pure.

export const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

export interface Span {
  from: string;
  to: string;
}

/** "Mon–Fri 09:00–18:00, Sat 10:00–14:00"; days that are alike stand together, closed ones are left out. */
export function weekLine(week: Readonly<Record<string, readonly Span[]>>, names: readonly string[]): string {
  const runs: { first: number; last: number; text: string }[] = [];
  DAYS.forEach((day, n) => {
    const text = (week[day] ?? []).map(({ from, to }) => `${from}–${to}`).join(", ");
    const last = runs.at(-1);
    if (last?.text === text) last.last = n;
    else runs.push({ first: n, last: n, text });
  });
  const open = runs.filter((one) => one.text);
  return open.map(({ first, last, text }) => `${first === last ? names[first] : `${names[first]}–${names[last]}`} ${text}`).join(", ");
}
