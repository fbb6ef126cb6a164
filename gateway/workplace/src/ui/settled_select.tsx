// A choice that takes effect at once: pressed with the mouse at once; reached by keys where they rest, or at Enter or Tab.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Choice } from "./form.tsx";

const KEY_PAUSE = 1_000; // arrow keys go through all choices: the one where they rest is meant

export function SettledSelect({ label, value, choices, onSettle }: { label: string; value: string; choices: readonly Choice[]; onSettle: (value: string) => void }) {
  const [wished, wish] = useState<string | null>(null);
  const byKeys = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const settle = (chosen: string) => {
    clearTimeout(timer.current);
    wish(null);
    if (chosen !== value) onSettle(chosen);
  };
  const changed = (chosen: string) => {
    clearTimeout(timer.current);
    if (!byKeys.current) return settle(chosen);
    wish(chosen);
    timer.current = setTimeout(() => settle(chosen), KEY_PAUSE);
  };
  return (
    <select
      aria-label={label} value={wished ?? value}
      onPointerDown={() => { byKeys.current = false; }}
      onKeyDown={(event) => (event.key === "Enter" ? settle(event.currentTarget.value) : (byKeys.current = true))}
      onBlur={(event) => settle(event.currentTarget.value)}
      onChange={(event) => changed(event.currentTarget.value)}
    >
      {choices.map((one) => <option key={one.value} value={one.value}>{one.text}</option>)}
    </select>
  );
}
