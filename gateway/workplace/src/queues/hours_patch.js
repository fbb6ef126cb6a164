// Business hours in words and as the API takes them. Pure.

export const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const SHORT = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const SPAN = /^(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})$/;

/** "9:00-12:00, 13:00-18:00" → spans; null where it can't be read. */
export function spansOf(text) {
  const parts = text.split(",").map((one) => one.trim()).filter(Boolean).map((one) => one.match(SPAN));
  if (parts.includes(null)) return null;
  return parts.map(([, from, to]) => ({ from: from.padStart(5, "0"), to: to.padStart(5, "0") }));
}

export const spansText = (spans = []) => spans.map(({ from, to }) => `${from}-${to}`).join(", ");

/** "Mon–Fri 09:00-18:00 · Europe/Lisbon · closed on holidays of PT"; days that are alike stand together. */
export function hoursLine(hours) {
  const runs = [];
  DAYS.forEach((day, n) => {
    const text = spansText(hours.week[day]);
    if (runs.at(-1)?.text === text) runs.at(-1).last = n;
    else runs.push({ first: n, last: n, text });
  });
  const open = runs.filter((one) => one.text).map(({ first, last, text }) => `${first === last ? SHORT[first] : `${SHORT[first]}–${SHORT[last]}`} ${text}`);
  const parts = [open.join(", ") || "never open", hours.time_zone];
  if (hours.holiday_country) parts.push(`closed on holidays of ${hours.holiday_country}`);
  if (hours.holidays.length) parts.push(`${hours.holidays.length} more closed ${hours.holidays.length === 1 ? "day" : "days"}`);
  return parts.join(" · ");
}

/** What can be seen to be wrong before the server is asked. */
export function hoursFaults(given) {
  const days = DAYS.filter((day) => spansOf(given[`/week/${day}`]) === null);
  return days.map((day) => ({ pointer: `/week/${day}`, message: "write times such as 09:00-12:00, 13:00-18:00, or nothing" }));
}

/** The whole of it, for making new ones and as a patch alike: a closed day is an empty list. */
export function hoursBody(given) {
  return {
    name: given["/name"].trim(),
    time_zone: given["/time_zone"].trim(),
    week: Object.fromEntries(DAYS.map((day) => [day, spansOf(given[`/week/${day}`])])),
    holiday_country: given["/holiday_country"].trim().toUpperCase() || null,
    holidays: given["/holidays"].split(",").map((one) => one.trim()).filter(Boolean),
  };
}
