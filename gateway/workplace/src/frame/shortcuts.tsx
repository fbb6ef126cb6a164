// Keys that work anywhere, and the list of all keys at "?".

import { t, type Word } from "../core/words.ts";
import { Dialog } from "../ui/dialog.tsx";
import { go } from "./address.ts";
import { keysOpen, paletteOpen } from "./open_boxes.ts";

interface Shortcut {
  keys: string;
  says: Word;
}

/** What the list shows; the keys of a list or a thread are handled where they are pressed. */
const SHORTCUTS: readonly Shortcut[] = [
  { keys: "Ctrl K", says: "keys.palette" },
  { keys: "?", says: "keys.title" },
  { keys: "g i", says: "keys.inbox" },
  { keys: "g c", says: "keys.contacts" },
  { keys: "g b", says: "keys.board" },
  { keys: "g r", says: "keys.reports" },
  { keys: "g s", says: "keys.settings" },
  { keys: "↑ ↓", says: "keys.move" },
  { keys: "Enter", says: "keys.open" },
  { keys: "/", says: "composer.replies" },
  { keys: "Esc", says: "keys.back" },
];

/** Second key after "g", and where it leads. */
const PLACES: Readonly<Record<string, string>> = { i: "/", b: "/board", r: "/reports", c: "/contacts", s: "/settings" };
const SECOND_KEY = 1_000; // milliseconds for the second key

let first = 0;

/** Hear the keys that work anywhere. */
export function hearKeys(signal_: AbortSignal): void {
  document.addEventListener("keydown", pressed, { signal: signal_ });
}

function pressed(event: KeyboardEvent): void {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    paletteOpen.value = true;
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") keysOpen.value = true;
  else if (event.key === "g") first = event.timeStamp;
  else if (event.timeStamp - first < SECOND_KEY && PLACES[event.key]) go(PLACES[event.key]!);
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

export function Shortcuts() {
  if (!keysOpen.value) return null;
  return (
    <Dialog title={t("keys.title")} onClose={() => { keysOpen.value = false; }}>
      <dl class="keys">
        {SHORTCUTS.map((one) => (
          <div key={one.keys}>
            <dt>{one.keys.split(" ").map((key) => <kbd key={key}>{key}</kbd>)}</dt>
            <dd>{t(one.says)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
