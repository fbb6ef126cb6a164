// A field to search a list by; what is typed counts a moment after the last key.

import { useEffect, useState } from "preact/hooks";

const PAUSE = 250; // milliseconds

export function SearchField({ label, value, onChange }: { label: string; value: string; onChange: (wanted: string) => void }) {
  const [typed, setTyped] = useState(value);
  useEffect(() => {
    if (typed.trim() === value) return undefined;
    const timer = setTimeout(() => onChange(typed.trim()), PAUSE);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <input
      type="search" class="wide-search" aria-label={label} placeholder={label} autoComplete="off"
      value={typed} onInput={(event) => setTyped(event.currentTarget.value)}
    />
  );
}
