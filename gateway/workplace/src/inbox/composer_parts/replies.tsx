// Prepared replies: found by "/" in the composer or by a button, shown as the customer would get them, put in or sent.

import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { newKey } from "../../core/api.js";
import { here } from "../../core/session.ts";
import { previewOf } from "../../core/events.js";
import { withMessage } from "../../core/store.js";
import { t } from "../../core/words.ts";
import { notify } from "../../frame/notices.js";
import { useLoaded } from "../../frame/use_loaded.ts";
import { hearKeys, theField, typed, writingIn } from "../composing.ts";
import { firstWords, foundReplies, wantedReply, type PreparedReply } from "./reply_search.ts";

interface Preview {
  reply_id: string;
  version: number;
  contents: { type: string; text?: string }[];
}

const PAUSE = 150;

/** Opened by the button: the list is there although the field does not begin with "/". */
export const repliesOpen = signal(false);

export function Replies() {
  const id = writingIn.value;
  const wanted = wantedReply(typed.value);
  if (!id || (wanted === null && !repliesOpen.value)) return null;
  return <List key={id} id={id} wanted={wanted ?? ""} slash={wanted !== null} />;
}

function List({ id, wanted, slash }: { id: string; wanted: string; slash: boolean }) {
  const { api } = here();
  const loaded = useLoaded<PreparedReply[]>(() => api.all("/prepared-replies"), []);
  const [at, setAt] = useState(0);
  const [gone, setGone] = useState(false);
  const found = foundReplies(loaded.value ?? [], wanted);
  const chosen = found[Math.min(at, found.length - 1)];
  const preview = usePreview(id, chosen);
  useEffect(() => setAt(0), [wanted]);

  async function use(reply: PreparedReply | undefined) {
    if (!reply) return;
    const shown = preview?.reply_id === reply.id ? preview : await ask(id, reply);
    if (!shown) return;
    const [only, ...more] = shown.contents;
    if (!more.length && only?.type === "text") {
      if (slash) theField().replace(only.text!);
      else theField().insert(only.text!);
    } else {
      await sendWhole(id, shown);
      if (slash) theField().replace("");
    }
    repliesOpen.value = false;
  }

  useEffect(() => {
    hearKeys((event) => {
      if (gone) return false;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && found.length) setAt(Math.max(0, Math.min(found.length - 1, at + step)));
      else if (event.key === "Enter" && chosen && !event.shiftKey) void use(chosen);
      else if (event.key === "Escape") {
        repliesOpen.value = false;
        setGone(true);
      } else return false;
      event.preventDefault();
      return true;
    });
    return () => hearKeys(null);
  });

  if (gone) return null;
  return (
    <div class="popup replies">
      {loaded.fault && <p class="fault" role="alert">{loaded.fault}</p>}
      {loaded.value && !found.length && <p class="soft small" role="status">{t(loaded.value.length ? "composer.no_reply_found" : "composer.no_replies")}</p>}
      {found.length > 0 && (
        <ul role="listbox" aria-label={t("composer.replies")} onMouseDown={(event) => event.preventDefault()}>
          {found.map((one) => (
            <li key={one.id} id={`reply-${one.id}`} role="option" aria-selected={one === chosen} class={one === chosen ? "chosen" : ""} onClick={() => void use(one)}>
              <span><strong dir="auto">{one.title}</strong>{one.shortcut && <span class="soft small"> /{one.shortcut}</span>}</span>
              <span class="soft small past-words" dir="auto">{firstWords(one)}</span>
            </li>
          ))}
        </ul>
      )}
      {chosen && preview?.reply_id === chosen.id && <Shown preview={preview} />}
    </div>
  );
}

/** What the customer would get. */
function Shown({ preview }: { preview: Preview }) {
  const single = preview.contents.length === 1 && preview.contents[0]!.type === "text";
  return (
    <div class="reply-preview" aria-live="polite">
      {preview.contents.map((one, n) => <p key={n} class="bubble words" dir="auto">{one.type === "text" ? one.text : previewOf(one)}</p>)}
      <p class="soft small">{t(single ? "composer.enter_puts_in" : "composer.enter_sends")}</p>
    </div>
  );
}

function usePreview(id: string, reply: PreparedReply | undefined): Preview | null {
  const [shown, show] = useState<Preview | null>(null);
  const { api } = here();
  useEffect(() => {
    if (!reply) return undefined;
    let over = false;
    const timer = setTimeout(async () => {
      const preview = await api.request("POST", `/conversations/${id}/reply-preview`, { body: { reply_id: reply.id } }).catch(() => null);
      if (!over) show(preview);
    }, PAUSE);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [id, reply?.id, reply?.version]);
  return shown;
}

async function ask(id: string, reply: PreparedReply): Promise<Preview | null> {
  try {
    return await here().api.request("POST", `/conversations/${id}/reply-preview`, { body: { reply_id: reply.id } });
  } catch (problem) {
    notify((problem as Error).message);
    return null;
  }
}

/** Several messages, or files: they go as they are, all or none. */
async function sendWhole(id: string, { reply_id, version }: Preview): Promise<void> {
  const { api, store } = here();
  try {
    const { items } = await api.request("POST", `/conversations/${id}/reply`, { body: { reply_id, version }, key: newKey() });
    for (const message of items) store.set((state: object) => withMessage(state, message));
  } catch (problem) {
    notify((problem as Error).message);
  }
}
