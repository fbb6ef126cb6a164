// Lengths of time in the words of a language. Pure.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** 11520 seconds → "3 hr 12 min" as the language says it; two parts at most. */
export function spanText(seconds: number, language: string): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts: [number, string][] =
    whole < MINUTE ? [[whole, "second"]]
      : whole < HOUR ? [[Math.floor(whole / MINUTE), "minute"], [whole < 10 * MINUTE ? whole % MINUTE : 0, "second"]]
        : whole < 2 * DAY ? [[Math.floor(whole / HOUR), "hour"], [Math.floor((whole % HOUR) / MINUTE), "minute"]]
          : [[Math.floor(whole / DAY), "day"], [Math.floor((whole % DAY) / HOUR), "hour"]];
  const told = parts.filter(([count], place) => place === 0 || count > 0);
  return told.map(([count, unit]) => inUnit(count, unit, language)).join(" ");
}

function inUnit(count: number, unit: string, language: string): string {
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" }).format(count);
}
