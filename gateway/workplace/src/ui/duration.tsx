// A field for a duration: how many, of what; empty where there may be none.

import { useState } from "preact/hooks";
import { t } from "../core/words.ts";
import { inSeconds, inUnits, UNITS, type Unit } from "../settings/durations.ts";
import { Around, useField, type FieldProps } from "./form.tsx";

export function DurationField({ label, hint, pointer, value, onChange }: FieldProps & { value: number | null; onChange: (seconds: number | null) => void }) {
  const { id, fault, tied } = useField({ hint, pointer });
  const [unit, setUnit] = useState<Unit>(() => (value ? inUnits(value).unit : "minutes"));
  const count = value === null ? "" : String(value / inSeconds(1, unit));
  return (
    <Around {...{ id, label, hint, fault }}>
      <div class="duration">
        <input
          {...tied} type="number" min="0" step="any" value={count}
          onInput={(event) => onChange(event.currentTarget.value === "" ? null : inSeconds(Number(event.currentTarget.value), unit))}
        />
        <select
          aria-label={t("ui.unit_of", { name: label })} value={unit}
          onChange={(event) => {
            const next = event.currentTarget.value as Unit;
            setUnit(next);
            if (count !== "") onChange(inSeconds(Number(count), next));
          }}
        >
          {UNITS.map((one) => <option key={one} value={one}>{t(`ui.units.${one}`)}</option>)}
        </select>
      </div>
    </Around>
  );
}
