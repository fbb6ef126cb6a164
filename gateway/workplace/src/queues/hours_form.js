// Business hours: the open times of each day, the time zone, and the days that are closed.

import { el } from "../core/dom.js";
import { Fields, settingsForm } from "../frame/form_fields.js";
import { DAYS, hoursBody, hoursFaults, spansText } from "./hours_patch.js";

const OFFICE = [{ from: "09:00", to: "18:00" }];

/** What the form of new ones begins with: weekdays, in the time zone of this browser. */
export function newHours() {
  const week = Object.fromEntries(DAYS.slice(0, 5).map((day) => [day, OFFICE]));
  return { id: "new", name: "", time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone, week, holidays: [], holiday_country: null };
}

/** Makes the form; `save(body)` sends it and throws what the server says. */
export function hoursForm(hours, { save, done }) {
  const fields = new Fields("hours");
  const days = DAYS.map((day) => fields.text(`/week/${day}`, `${day[0].toUpperCase()}${day.slice(1)}`, "Empty: closed.", spansText(hours.week[day])));

  async function submit(given) {
    const faults = hoursFaults(given);
    if (faults.length) return !fields.object(faults);
    await save(hoursBody(given));
    return true;
  }

  return settingsForm(
    fields, { id: "save-hours", submit, done },
    el(
      "div", { class: "fields numbers" },
      fields.text("/name", "Name", "What one chooses in a queue.", hours.name),
      fields.text("/time_zone", "Time zone", "Such as Europe/Lisbon.", hours.time_zone),
      fields.text("/holiday_country", "Closed on holidays of", "A country’s two letters, such as PT. Empty: of none.", hours.holiday_country ?? ""),
      fields.text("/holidays", "More closed days", "Such as 2026-12-24, 2026-12-31.", hours.holidays.join(", ")),
    ),
    el("fieldset", {}, el("legend", { text: "Open" }), el("p", { class: "soft small", text: "Such as 09:00-12:00, 13:00-18:00. A night is two times: until 24:00, and from 00:00 the next day." }), el("div", { class: "fields numbers" }, days)),
  );
}
