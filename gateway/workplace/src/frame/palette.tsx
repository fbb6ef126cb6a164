// The command palette (Ctrl-K): people, conversations, screens, settings and actions by their names.

import { useEffect, useMemo, useState } from "preact/hooks";
import { here } from "../core/session.ts";
import { loadSettingsWords, settingsWords, t } from "../core/words.ts";
import { Dialog } from "../ui/dialog.tsx";
import { go } from "./address.ts";
import { commandsFor, type Command } from "./commands.ts";
import { paletteOpen } from "./open_boxes.ts";

const PAUSE = 200; // milliseconds after the last key, before the server is asked
const MOST = 8;

export default function Palette() {
  return <Dialog title={t("palette.title")} onClose={() => { paletteOpen.value = false; }}><Search /></Dialog>;
}

function Search() {
  const { me } = here();
  const [wanted, setWanted] = useState("");
  const [at, setAt] = useState(0);
  const found = usePeople(wanted);
  useEffect(() => void loadSettingsWords(), []);
  const own = useMemo(() => commandsFor(me).filter((one) => holds(one.text, wanted)), [me, wanted, settingsWords.value]);
  const choices = [...own.slice(0, wanted ? MOST : own.length), ...found];
  const chosen = choices[Math.min(at, choices.length - 1)];

  function run(command: Command | undefined) {
    if (!command) return;
    paletteOpen.value = false;
    command.run();
  }

  function pressed(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt(Math.max(0, Math.min(choices.length - 1, at + step)));
    else if (event.key === "Enter") run(chosen);
    else return;
    event.preventDefault();
  }

  return (
    <div class="palette">
      <input
        type="search" role="combobox" list={undefined} aria-expanded="true" aria-controls="palette-list" aria-label={t("palette.hint")} placeholder={t("palette.hint")}
        aria-activedescendant={chosen ? `palette-${chosen.id}` : undefined}
        value={wanted} onInput={(event) => { setWanted(event.currentTarget.value); setAt(0); }} onKeyDown={pressed}
      />
      <ul id="palette-list" role="listbox" aria-label={t("palette.title")}>
        {choices.map((one) => (
          <li key={one.id} id={`palette-${one.id}`} role="option" aria-selected={one === chosen} class={one === chosen ? "chosen" : ""} onClick={() => run(one)}>
            <span dir="auto">{one.text}</span> <span class="soft small">{one.kind}</span>
          </li>
        ))}
      </ul>
      {!choices.length && <p class="empty" role="status">{t("palette.none")}</p>}
    </div>
  );
}

const holds = (text: string, wanted: string) => text.toLocaleLowerCase().includes(wanted.trim().toLocaleLowerCase());

/** Conversations whose customer is called so, as the server finds them. */
function usePeople(wanted: string): Command[] {
  const { api } = here();
  const [found, setFound] = useState<Command[]>([]);
  useEffect(() => {
    setFound([]);
    if (wanted.trim().length < 2) return undefined;
    let over = false;
    const timer = setTimeout(async () => {
      const page = await api.conversations({ q: wanted.trim(), limit: MOST }).catch(() => ({ items: [] }));
      if (!over) setFound(page.items.map(asCommand));
    }, PAUSE);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [wanted]);
  return found;
}

interface FoundConversation {
  id: string;
  contact: { name: string | null };
  identity: { external_id: string };
}

function asCommand(one: FoundConversation): Command {
  return { id: one.id, text: one.contact.name || one.identity.external_id, kind: t("palette.conversation"), run: () => go(`/conversations/${one.id}`) };
}
