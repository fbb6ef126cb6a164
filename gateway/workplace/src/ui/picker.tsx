// Choosing one of many by typing a part of its name, or naming something new.

import { useId, useState } from "preact/hooks";

export interface Option {
  value: string;
  text: string;
}

const MOST = 50;

const holds = (text: string, wanted: string) => text.toLocaleLowerCase().includes(wanted.toLocaleLowerCase());
const same = (one: string, other: string) => one.toLocaleLowerCase() === other.toLocaleLowerCase();

/**
 * A field with a list below it.
 *
 * @param newText What the list says about a name that is none of the options; without it only options can be chosen.
 */
export function Picker({ label, options, onChoose, onNew, newText }: {
  label: string;
  options: readonly Option[];
  onChoose: (value: string) => void;
  onNew?: (name: string) => void;
  newText?: (name: string) => string;
}) {
  const id = useId();
  const [wanted, setWanted] = useState("");
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState(false);
  const name = wanted.trim();
  const found: (Option & { fresh?: boolean })[] = options.filter((one) => holds(one.text, name)).slice(0, MOST);
  if (name && onNew && newText && !options.some((one) => same(one.text, name))) found.push({ value: name, text: newText(name), fresh: true });
  const chosen = found[Math.min(at, found.length - 1)];
  const shown = open && found.length > 0;

  function choose(option: (Option & { fresh?: boolean }) | undefined) {
    if (!option) return;
    setWanted("");
    setAt(0);
    setOpen(false);
    if (option.fresh) onNew?.(option.value);
    else onChoose(option.value);
  }

  function pressed(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      setOpen(true);
      setAt(open ? Math.max(0, Math.min(found.length - 1, at + step)) : 0);
    } else if (event.key === "Enter" && !event.isComposing) {
      choose(shown ? chosen : undefined);
    } else if (event.key === "Escape" && open) {
      setOpen(false);
      event.stopPropagation();
    } else {
      return;
    }
    event.preventDefault();
  }

  return (
    <div class="picker">
      <input
        type="text" role="combobox" aria-autocomplete="list" aria-label={label} placeholder={label} autocomplete="off"
        aria-expanded={shown} {...(shown && { "aria-controls": `${id}-list`, "aria-activedescendant": `${id}-${chosen?.value}` })}
        value={wanted} onKeyDown={pressed} onFocus={() => setOpen(true)} onBlur={() => setOpen(false)}
        onInput={(event) => { setWanted(event.currentTarget.value); setAt(0); setOpen(true); }}
      />
      {shown && (
        <ul id={`${id}-list`} role="listbox" aria-label={label} onMouseDown={(event) => event.preventDefault()}>
          {found.map((one) => (
            <li key={one.value} id={`${id}-${one.value}`} role="option" aria-selected={one === chosen} class={one === chosen ? "chosen" : ""} dir="auto" onClick={() => choose(one)}>{one.text}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
