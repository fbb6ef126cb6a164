// Notes on a conversation: everybody's are read, one's own is written while one has the conversation.

import { useState } from "preact/hooks";
import { here } from "../../core/session.ts";
import { fullTime } from "../../core/time.js";
import { t } from "../../core/words.ts";
import { notify } from "../../frame/notices.js";
import { useLoaded } from "../../frame/use_loaded.ts";
import { useStore } from "../../frame/use_store.ts";
import { Form, TextArea } from "../../ui/form.tsx";
import { mayNote } from "../may.ts";
import type { Conversation, Note, Page } from "../types.ts";

const begun = new Map<string, string>(); // what is typed and not saved yet, by conversation: looking at another one loses nothing

export function Notes({ conversation }: { conversation: Conversation }) {
  const { api, me } = here();
  const { id } = conversation;
  const operators = useStore((state) => state.operators);
  const about = (data: unknown) => (data as Note).conversation_id === id;
  const loaded = useLoaded<Page<Note>>(() => api.request("GET", `/conversations/${id}/notes`), [id], ["note."], about);
  const notes = loaded.value?.items ?? [];
  const writing = mayNote(conversation, me);
  const others = writing ? notes.filter((one) => one.operator_id !== me.id) : notes;
  const own = notes.find((one) => one.operator_id === me.id);
  return (
    <section class="side-part" aria-label={t("side.notes")}>
      <h3>{t("side.notes")}</h3>
      {loaded.fault && <p class="fault" role="alert">{loaded.fault}</p>}
      <ul class="notes">
        {others.map((one) => (
          <li key={one.id}>
            <p class="words" dir="auto">{one.text}</p>
            <p class="soft small">{operators.get(one.operator_id)?.name ?? t("explained.an_operator")} · <time dateTime={one.updated_at}>{fullTime(one.updated_at)}</time></p>
          </li>
        ))}
      </ul>
      {!writing && loaded.value && !notes.length && <p class="soft small">{t("side.none_yet")}</p>}
      {writing && loaded.value && <OwnNote key={id} id={id} saved={own?.text ?? ""} onSaved={loaded.reload} />}
    </section>
  );
}

function OwnNote({ id, saved, onSaved }: { id: string; saved: string; onSaved: () => Promise<void> }) {
  const { api } = here();
  const [text, setText] = useState(begun.get(id) ?? saved);
  const write = (next: string) => {
    setText(next);
    if (next === saved) begun.delete(id);
    else begun.set(id, next);
  };
  const send = async () => {
    await api.request("PUT", `/conversations/${id}/note`, { body: { text } });
    begun.delete(id);
    notify(t("side.note_saved"), "done");
    await onSaved();
  };
  return (
    <Form send={send} submit={t("side.save_note")}>
      <TextArea label={t("side.your_note")} hint={t("side.note_hint")} pointer="/text" value={text} onChange={write} />
    </Form>
  );
}
