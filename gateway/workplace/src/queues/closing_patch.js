// When a channel closes silent conversations: in words, and as a merge patch of what has changed. Pure.

import { numberOf } from "./queue_patch.js";
import { duration } from "../core/time.js";

const TIMES = ["assigned_seconds", "unassigned_seconds"];
const NUMBERS = [...TIMES, "warn_before_seconds"];
const OWES = "only_while_customer_owes";

const pointerOf = (name) => `/auto_close/${name}`;

/** `{auto_close: …}`, or null where nothing has changed. */
export function closingPatch(channel, given) {
  const values = { ...Object.fromEntries(NUMBERS.map((name) => [name, numberOf(given[pointerOf(name)])])), [OWES]: given[pointerOf(OWES)] };
  const changed = Object.entries(values).filter(([name, value]) => value !== channel.auto_close[name]);
  return changed.length ? { auto_close: Object.fromEntries(changed) } : null;
}

/** What can be seen to be wrong before the server is asked. */
export function closingFaults(given) {
  const faults = NUMBERS.filter((name) => Number.isNaN(numberOf(given[pointerOf(name)]))).map((name) => ({
    pointer: pointerOf(name), message: "write a whole number, or nothing",
  }));
  const warning = numberOf(given[pointerOf("warn_before_seconds")]);
  const shortest = Math.min(...TIMES.map((name) => numberOf(given[pointerOf(name)]) ?? Infinity));
  if (warning !== null && warning >= shortest) {
    faults.push({ pointer: pointerOf("warn_before_seconds"), message: "write less than both times" });
  }
  return faults;
}

/** One line for a list: "after 30 min with an operator, 1 h with nobody; warning 5 min before". */
export function closingLine({ assigned_seconds, unassigned_seconds, warn_before_seconds }) {
  const time = (seconds) => (seconds % 60 ? `${seconds} s` : duration(seconds * 1000));
  const parts = [
    assigned_seconds !== null && `${time(assigned_seconds)} with an operator`,
    unassigned_seconds !== null && `${time(unassigned_seconds)} with nobody`,
  ].filter(Boolean);
  if (!parts.length) return "Does not close by itself.";
  const warning = warn_before_seconds !== null ? `; warning ${time(warn_before_seconds)} before` : "";
  return `Closes after a silence of ${parts.join(", or ")}${warning}.`;
}
