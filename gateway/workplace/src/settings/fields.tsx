// Fields of a form as a table: each names a value of the draft, and where its faults are shown.

import type { ComponentChildren } from "preact";
import { DurationField } from "../ui/duration.tsx";
import { CheckField, ChecksField, SelectField, TextArea, TextField, type Choice } from "../ui/form.tsx";
import { at, pointerOf, withValue, type Draft } from "./draft.ts";

interface Named {
  name: string;
  label: string;
  hint?: string;
}

export type Field =
  | (Named & { kind: "text" | "email" | "password" | "url" | "date" | "datetime-local"; optional?: boolean; maxLength?: number; placeholder?: string; list?: string })
  | (Named & { kind: "number"; min?: number; max?: number })
  | (Named & { kind: "duration" | "check" | "list" })
  | (Named & { kind: "area"; rows?: number })
  | (Named & { kind: "select" | "checks"; choices: readonly Choice[]; optional?: boolean })
  | { kind: "own"; draw: (draft: Draft, set: (draft: Draft) => void) => ComponentChildren };

export function Fields({ table, draft, set }: { table: readonly Field[]; draft: Draft; set: (draft: Draft) => void }) {
  return <>{table.map((one, n) => <One key={"name" in one ? one.name : n} field={one} draft={draft} set={set} />)}</>;
}

function One({ field, draft, set }: { field: Field; draft: Draft; set: (draft: Draft) => void }) {
  if (field.kind === "own") return <>{field.draw(draft, set)}</>;
  const { name, label, hint } = field;
  const shared = { label, hint, pointer: pointerOf(name) };
  const value = at(draft, name);
  const put = (next: unknown) => set(withValue(draft, name, next));
  switch (field.kind) {
    case "check": return <CheckField {...shared} checked={Boolean(value)} onChange={put} />;
    case "duration": return <DurationField {...shared} value={(value as number | null | undefined) ?? null} onChange={put} />;
    case "area": return <TextArea {...shared} rows={field.rows ?? 3} value={text(value)} onChange={put} />;
    case "select": return <SelectField {...shared} value={text(value)} choices={field.choices} onChange={(next) => put(next === "" && field.optional ? null : next)} />;
    case "checks": return <ChecksField {...shared} chosen={(value as string[] | undefined) ?? []} choices={field.choices} onChange={put} />;
    case "number": return <TextField {...shared} type="number" {...limits(field)} value={text(value)} onChange={(next) => put(next === "" ? null : Number(next))} />;
    case "list": return <ListField {...shared} values={(value as string[] | undefined) ?? []} onChange={put} />;
    default: return <TextField {...shared} type={field.kind} {...limits(field)} value={text(value)} onChange={(next) => put(next === "" && field.optional ? null : next)} />;
  }
}

const text = (value: unknown): string => (value === null || value === undefined ? "" : String(value));

function limits(field: object): object {
  const known = field as { min?: number; max?: number; maxLength?: number; placeholder?: string; list?: string };
  return Object.fromEntries(Object.entries({ min: known.min, max: known.max, maxLength: known.maxLength, placeholder: known.placeholder, list: known.list }).filter(([, one]) => one !== undefined));
}

/** One of each line. */
function ListField({ values, onChange, ...shared }: { label: string; hint?: string | undefined; pointer: string; values: readonly string[]; onChange: (values: string[]) => void }) {
  return <TextArea {...shared} rows={Math.max(3, values.length + 1)} value={values.join("\n")} onChange={(next) => onChange(next.split("\n"))} />;
}

/** Lines of a list without the empty ones, as it is sent. */
export const filled = (values: unknown): string[] => (values as string[]).map((one) => one.trim()).filter(Boolean);
