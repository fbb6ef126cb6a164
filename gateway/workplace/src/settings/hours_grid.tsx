// The grid of a week: each day's open spans, more of them, and a day's spans for all working days.

import { t } from "../core/words.ts";
import { CheckField, useField } from "../ui/form.tsx";
import { Icon } from "../ui/icon.tsx";
import { DAYS, type Span } from "./week.ts";

export type Week = Record<string, Span[]>;

const WORKING = DAYS.slice(0, 5);

export function HoursGrid({ week, names, onChange }: { week: Week; names: readonly string[]; onChange: (week: Week) => void }) {
  return (
    <fieldset class="field">
      <legend>{t("settings.hours.week")}</legend>
      <ul class="week">
        {DAYS.map((day, n) => (
          <Day
            key={day} day={day} name={names[n]!} spans={week[day] ?? []} onChange={(spans) => onChange({ ...week, [day]: spans })}
            {...(n === 0 && { onCopy: () => onChange({ ...week, ...Object.fromEntries(WORKING.map((one) => [one, week[day] ?? []])) }) })}
          />
        ))}
      </ul>
    </fieldset>
  );
}

function Day({ day, name, spans, onChange, onCopy }: { day: string; name: string; spans: readonly Span[]; onChange: (spans: Span[]) => void; onCopy?: () => void }) {
  const { fault } = useField({ pointer: `/week/${day}` });
  const put = (n: number, change: Partial<Span>) => onChange(spans.map((one, at) => (at === n ? { ...one, ...change } : one)));
  return (
    <li class="week-day">
      <CheckField label={name} checked={spans.length > 0} onChange={(open) => onChange(open ? [{ from: "09:00", to: "18:00" }] : [])} />
      <div class="week-spans">
        {spans.map((span, n) => (
          <span key={n} class="week-span">
            <Time label={t("settings.hours.from_of", { day: name })} value={span.from} onChange={(from) => put(n, { from })} />–
            <Time label={t("settings.hours.to_of", { day: name })} value={span.to === "24:00" ? "00:00" : span.to} onChange={(to) => put(n, { to: to === "00:00" ? "24:00" : to })} />
            <button type="button" class="quiet" aria-label={t("settings.hours.remove_span", { day: name })} onClick={() => onChange(spans.filter((_, at) => at !== n))}><Icon name="remove" /></button>
          </span>
        ))}
        {spans.length > 0 && <button type="button" class="quiet" aria-label={t("settings.hours.add_span", { day: name })} onClick={() => onChange([...spans, { from: spans.at(-1)!.to, to: "24:00" }])}><Icon name="plus" /></button>}
        {onCopy && spans.length > 0 && <button type="button" onClick={onCopy}>{t("settings.hours.copy")}</button>}
        {spans.length === 0 && <span class="soft small">{t("settings.hours.closed")}</span>}
      </div>
      {fault && <p class="field-fault">{fault}</p>}
    </li>
  );
}

function Time({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return <input type="time" aria-label={label} value={value} onInput={(event) => event.currentTarget.value && onChange(event.currentTarget.value)} />;
}
