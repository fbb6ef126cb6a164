// Forms: fields with labels, hints and faults; sending with the server's faults at the fields that they name.

import type { ComponentChildren } from "preact";
import { createContext } from "preact";
import { useContext, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { known } from "../core/say.ts";
import { t } from "../core/words.ts";
import { noteUnsaved } from "../frame/unsaved.ts";
import { atField, saidOf } from "./faults.ts";

/** Faults by the JSON pointer of the field, as `/name`; under "" stands what is said of the whole. */
type Faults = Readonly<Record<string, string>>;

const FaultsOfForm = createContext<Faults>({});

interface FieldFault {
  pointer: string;
  message: string;
}

function faultsOf(problem: Error & { errors?: FieldFault[] }): Faults {
  const found = (problem.errors ?? []).map(atField).map((one) => [one.pointer, sentence(one.message)]);
  // One line of a list is at fault in the field that takes the whole list.
  const lists = found.map(([pointer, text]) => [pointer!.replace(/\/\d+$/, ""), text]);
  return { ...Object.fromEntries(lists), ...Object.fromEntries(found), "": usual(problem.message) ?? problem.message };
}

/** A usual rule in words; null of anything else. */
function usual(message: string): string | null {
  const said = saidOf(message);
  return "word" in said ? t(`ui.faults.${said.word}`, { n: said.n }) : null;
}

function sentence(message: string): string {
  const rule = usual(message);
  if (rule) return rule;
  const text = known(message);
  return text ? `${text[0]!.toUpperCase()}${text.slice(1)}` : t("ui.faults.form", { n: 0 });
}

/**
 * A form.
 *
 * @param send Does it; a `Problem` that it throws is shown, each part at the field with its `pointer`.
 * @param done What follows when it was sent: nothing is unsaved any more, so that it may go to another address.
 * @param changed Whether something would be lost by leaving.
 * @param found What is known to be wrong before it is sent; shown at the fields as refusals are.
 * @param second Another way to send it, with a button of its own.
 */
export function Form({ send, done, submit = t("ui.save"), changed = false, found = {}, second, onCancel, children }: {
  send: () => Promise<void>;
  done?: () => void;
  submit?: string;
  changed?: boolean;
  found?: Faults;
  second?: { label: string; send: () => Promise<void>; disabled?: boolean };
  onCancel?: () => void;
  children: ComponentChildren;
}) {
  const [faults, setFaults] = useState<Faults>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => { // at once: who leaves with the next key is asked, and who has just undone all is not
    const self = form;
    noteUnsaved(self, changed);
    return () => noteUnsaved(self, false);
  }, [changed]);

  async function submitted(event: SubmitEvent) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setFaults({});
    try {
      await (event.submitter?.dataset["second"] && second ? second.send() : send());
      noteUnsaved(form, false);
      done?.();
    } catch (problem) {
      setFaults(faultsOf(problem as Error));
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
    } finally {
      setBusy(false);
    }
  }

  return (
    <form ref={form} class="form" noValidate onSubmit={submitted}>
      <FaultsOfForm.Provider value={{ ...found, ...faults }}>{children}</FaultsOfForm.Provider>
      {faults[""] && <p class="fault" role="alert">{faults[""]}</p>}
      <div class="form-actions">
        <button class="primary" disabled={busy}>{busy ? t("ui.saving") : submit}</button>
        {second && <button data-second="yes" disabled={busy || second.disabled}>{second.label}</button>}
        {onCancel && <button type="button" onClick={onCancel}>{t("ui.cancel")}</button>}
      </div>
    </form>
  );
}

export interface FieldProps {
  label: string;
  hint?: string | undefined;
  /** Where the server's faults name it, as `/name`. */
  pointer?: string;
}

/** What ties a control to its label, hint and fault. */
export function useField({ hint, pointer }: { hint?: string | undefined; pointer?: string | undefined }) {
  const id = useId();
  const faults = useContext(FaultsOfForm);
  const fault = pointer === undefined ? undefined : faults[pointer];
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ");
  return { id, fault, tied: { id, ...(described && { "aria-describedby": described }), ...(fault && { "aria-invalid": true as const }) } };
}

export function Around({ id, label, hint, fault, children }: { id: string; label: string; hint: string | undefined; fault: string | undefined; children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      {hint && <p id={`${id}-hint`} class="soft small">{hint}</p>}
      {fault && <p id={`${id}-fault`} class="field-fault">{fault}</p>}
    </div>
  );
}

/** What an input may be told besides; all as in HTML. */
interface InputProps {
  type?: "text" | "email" | "password" | "number" | "color" | "date" | "datetime-local" | "time" | "tel" | "url";
  maxLength?: number;
  min?: string | number;
  max?: string | number;
  step?: string | number;
  placeholder?: string;
  autoComplete?: string;
  disabled?: boolean;
  list?: string;
  inputMode?: "numeric";
}

/** One line of text; also numbers, colours, dates by `type`. */
export function TextField({ label, hint, pointer, value, onChange, ...more }: FieldProps & InputProps & { value: string; onChange: (value: string) => void }) {
  const { id, fault, tied } = useField({ hint, pointer });
  return (
    <Around {...{ id, label, hint, fault }}>
      <input {...(more as object)} {...tied} value={value} onInput={(event) => onChange(event.currentTarget.value)} />
    </Around>
  );
}

/** Several lines of text. */
export function TextArea({ label, hint, pointer, value, onChange, rows = 3 }: FieldProps & { value: string; onChange: (value: string) => void; rows?: number }) {
  const { id, fault, tied } = useField({ hint, pointer });
  return (
    <Around {...{ id, label, hint, fault }}>
      <textarea {...tied} rows={rows} dir="auto" value={value} onInput={(event) => onChange(event.currentTarget.value)} />
    </Around>
  );
}

export interface Choice {
  value: string;
  text: string;
}

/** One of some. */
export function SelectField({ label, hint, pointer, value, choices, onChange }: FieldProps & { value: string; choices: readonly Choice[]; onChange: (value: string) => void }) {
  const { id, fault, tied } = useField({ hint, pointer });
  return (
    <Around {...{ id, label, hint, fault }}>
      <select {...tied} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {choices.map((one) => <option key={one.value} value={one.value}>{one.text}</option>)}
      </select>
    </Around>
  );
}

/** Yes or no. */
export function CheckField({ label, hint, pointer, checked, onChange }: FieldProps & { checked: boolean; onChange: (checked: boolean) => void }) {
  const { id, fault, tied } = useField({ hint, pointer });
  return (
    <div class="field field-check">
      <input {...tied} type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      <label for={id}>{label}</label>
      {hint && <p id={`${id}-hint`} class="soft small">{hint}</p>}
      {fault && <p id={`${id}-fault`} class="field-fault">{fault}</p>}
    </div>
  );
}

/** Any of some. */
export function ChecksField({ label, hint, chosen, choices, onChange }: FieldProps & { chosen: readonly string[]; choices: readonly Choice[]; onChange: (chosen: string[]) => void }) {
  return (
    <fieldset class="field checks">
      <legend>{label}</legend>
      {hint && <p class="soft small">{hint}</p>}
      {choices.map((one) => (
        <label key={one.value}>
          <input
            type="checkbox"
            checked={chosen.includes(one.value)}
            onChange={(event) => onChange(event.currentTarget.checked ? [...chosen, one.value] : chosen.filter((value) => value !== one.value))}
          />
          {one.text}
        </label>
      ))}
    </fieldset>
  );
}
