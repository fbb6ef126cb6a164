// Keys that work anywhere, and the list of all keys at "?".

import { atLeast } from "../core/rights.ts";
import { here, session } from "../core/session.ts";
import { t } from "../core/words.ts";
import { Dialog } from "../ui/dialog.tsx";
import { go } from "./address.ts";
import { letter } from "./letters.ts";
import { keysOpen, paletteOpen } from "./open_boxes.ts";
import { SCREENS } from "./screens.ts";

interface Shortcut {
  keys: string;
  says: string;
}

const SECOND_KEY = 1_000; // milliseconds for the second key

/** What the list shows; the keys of a list, a thread or an edge are handled where they are pressed. */
function shortcuts(): Shortcut[] {
  return [
    { keys: "Ctrl K", says: t("keys.palette") },
    { keys: "?", says: t("keys.title") },
    { keys: "g i", says: t("keys.go", { place: t("screens.inbox") }) },
    ...screens().map((one) => ({ keys: `g ${one.key}`, says: t("keys.go", { place: t(one.title) }) })),
    { keys: "↑ ↓", says: t("keys.move") },
    { keys: "Enter", says: t("keys.open") },
    { keys: "← →", says: t("keys.edge") },
    { keys: "/", says: t("composer.replies") },
    { keys: "Ctrl B, Ctrl I", says: t("keys.format") },
    { keys: "Esc", says: t("keys.back") },
  ];
}

/** The screens of whoever is here. */
const screens = () => (session.value ? SCREENS.filter((one) => atLeast(here().me, one.least)) : []);

/** Where a second key after "g" leads. */
const placeOf = (key: string) => (key === "i" ? "/" : screens().filter((one) => one.key === key).map((one) => `/${one.name}`)[0]);

let first = -Infinity;

/** Hear the keys that work anywhere. */
export function hearKeys(signal_: AbortSignal): void {
  document.addEventListener("keydown", pressed, { signal: signal_ });
}

function pressed(event: KeyboardEvent): void {
  if ((event.ctrlKey || event.metaKey) && letter(event) === "k") {
    event.preventDefault();
    paletteOpen.value = true;
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") keysOpen.value = true;
  else if (event.timeStamp - first < SECOND_KEY) second(letter(event));
  else if (letter(event) === "g") first = event.timeStamp;
}

function second(key: string): void {
  first = -Infinity;
  const place = placeOf(key);
  if (place) go(place);
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

export function Shortcuts() {
  if (!keysOpen.value) return null;
  return (
    <Dialog title={t("keys.title")} onClose={() => { keysOpen.value = false; }}>
      <dl class="keys">
        {shortcuts().map((one) => (
          <div key={one.keys}>
            <dt>{one.keys.split(" ").map((key) => <kbd key={key}>{key}</kbd>)}</dt>
            <dd>{one.says}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
