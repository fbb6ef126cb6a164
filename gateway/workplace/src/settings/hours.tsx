// Business hours: a grid of the week, holidays, a time zone from the list.

import { t } from "../core/words.ts";
import { language } from "../core/words.ts";
import { filled } from "./fields.tsx";
import { HoursGrid, type Week } from "./hours_grid.tsx";
import type { Named } from "./known.ts";
import { Records, type Kind } from "./records.tsx";
import { DAYS, weekLine } from "./week.ts";

interface Hours extends Named {
  time_zone: string;
  week: Week;
}

export const timeZones = () => ["UTC", ...Intl.supportedValuesOf("timeZone")].map((value) => ({ value, text: value.replaceAll("_", " ") }));

export default function BusinessHours() {
  const days = dayNames("short");
  const kind: Kind<Hours> = {
    name: "hours", path: "/business-hours", title: t("settings.hours.title"), hint: t("settings.hours.hint"), none: t("settings.hours.none"),
    least: "administrator", nameOf: (one) => one.name,
    columns: () => [
      { title: t("settings.hours.week"), cell: (one) => weekLine(one.week, days) || t("settings.hours.never") },
      { title: t("settings.hours.zone"), cell: (one) => one.time_zone },
    ],
    blank: {
      name: "", time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC",
      week: Object.fromEntries(DAYS.map((day, n) => [day, n < 5 ? [{ from: "09:00", to: "18:00" }] : []])), holiday_country: null, holidays: [],
    },
    toSend: (draft) => ({ ...draft, holidays: filled(draft["holidays"]) }),
    fields: () => [
      { kind: "text", name: "name", label: t("settings.name"), maxLength: 100 },
      { kind: "select", name: "time_zone", label: t("settings.hours.zone"), choices: timeZones() },
      { kind: "own", draw: (draft, set) => <HoursGrid week={(draft["week"] as Week) ?? {}} names={dayNames("long")} onChange={(week) => set({ ...draft, week })} /> },
      { kind: "text", name: "holiday_country", label: t("settings.hours.country"), hint: t("settings.hours.country_hint"), optional: true, maxLength: 2 },
      { kind: "list", name: "holidays", label: t("settings.hours.holidays"), hint: t("settings.hours.holidays_hint") },
    ],
  };
  return <Records kind={kind} />;
}

/** Monday to Sunday in the language that is shown. */
function dayNames(weekday: "short" | "long"): string[] {
  const format = new Intl.DateTimeFormat(language.value, { weekday, timeZone: "UTC" });
  return DAYS.map((_, n) => format.format(new Date(Date.UTC(2024, 0, 1 + n))));
}
