// What must be true of the workspace's own fields, for a segment.

import { t } from "../core/words.ts";

export interface Condition {
  key: string;
  test: string;
  value: string | number | boolean | null;
}

interface OwnField {
  key: string;
  name: string;
  type: string;
}

const TESTS = ["is", "is_not", "at_least", "at_most", "is_set", "is_empty"] as const;
const VALUELESS: ReadonlySet<string> = new Set(["is_set", "is_empty"]);

/** A value as its field has it. */
function typed(written: string, type: string | undefined): string | number | boolean {
  if (type === "number" && written.trim() && Number.isFinite(Number(written))) return Number(written);
  return type === "boolean" ? written === "true" : written;
}

export function Conditions({ fields, conditions, onChange }: { fields: readonly OwnField[]; conditions: readonly Condition[]; onChange: (conditions: Condition[]) => void }) {
  const put = (place: number, change: Partial<Condition>) => onChange(conditions.map((one, n) => (n === place ? { ...one, ...change } : one)));
  const typeOf = (key: string) => fields.find((field) => field.key === key)?.type;
  const blank = (key: string, test: string) => (VALUELESS.has(test) ? null : typed("", typeOf(key)));
  return (
    <fieldset class="field">
      <legend>{t("settings.segments.fields")}</legend>
      <ul class="rows">
        {conditions.map((one, n) => (
          <li key={n}>
            <select aria-label={t("settings.segments.field_n", { n: n + 1 })} value={one.key} onChange={({ currentTarget: { value: key } }) => put(n, { key, value: blank(key, one.test) })}>
              {fields.map((field) => <option key={field.key} value={field.key}>{field.name}</option>)}
            </select>
            <select aria-label={t("settings.segments.test_n", { n: n + 1 })} value={one.test} onChange={({ currentTarget: { value: test } }) => put(n, { test, value: VALUELESS.has(test) ? null : one.value ?? blank(one.key, test) })}>
              {TESTS.map((test) => <option key={test} value={test}>{t(`settings.segments.tests.${test}`)}</option>)}
            </select>
            {!VALUELESS.has(one.test) && (typeOf(one.key) === "boolean" ? (
              <select aria-label={t("settings.segments.value_n", { n: n + 1 })} value={String(one.value)} onChange={({ currentTarget: { value } }) => put(n, { value: value === "true" })}>
                <option value="true">{t("settings.segments.yes")}</option>
                <option value="false">{t("settings.segments.no")}</option>
              </select>
            ) : <input aria-label={t("settings.segments.value_n", { n: n + 1 })} {...(typeOf(one.key) === "date" ? { type: "date" } : {}) as object} value={String(one.value ?? "")} onChange={({ currentTarget: { value } }) => put(n, { value: typed(value, typeOf(one.key)) })} />)}
            <button type="button" onClick={() => onChange(conditions.filter((_, place) => place !== n))}>{t("settings.segments.remove_n", { n: n + 1 })}</button>
          </li>
        ))}
      </ul>
      <div><button type="button" onClick={() => onChange([...conditions, { key: fields[0]!.key, test: "is", value: blank(fields[0]!.key, "is") }])}>{t("settings.segments.add_condition")}</button></div>
    </fieldset>
  );
}
