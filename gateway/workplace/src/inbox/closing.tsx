// Closing a conversation: what has to be filled in before, and ten seconds in which it can be taken back.

import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { here, session } from "../core/session.ts";
import { displayName, putConversation, seenSeq } from "../core/store.js";
import { t } from "../core/words.ts";
import { go } from "../frame/address.ts";
import { notify } from "../frame/notices.js";
import { useStore } from "../frame/use_store.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Form, TextArea } from "../ui/form.tsx";
import { ConversationTags, ConversationTopics } from "./side/labels.tsx";
import type { Conversation } from "./types.ts";

const UNDO = 10_000; // as long as the server takes a close back

interface Refusal extends Error {
  code: string;
  status: number;
  errors: { pointer: string; message: string }[];
}

/** What is missing, as the server's pointers. */
const asked = signal<{ id: string; missing: string[] } | null>(null);

/** Close it; where something has to be filled in first, a box asks for it. */
export async function closeConversation(id: string): Promise<void> {
  try {
    await close(id);
  } catch (problem) {
    const { code, status, message, errors } = problem as Refusal;
    if (code === "required_before_close") asked.value = { id, missing: errors.map((one) => one.pointer) };
    else notify(code === "stale_state" ? t("closing.not_seen") : message);
    if (status === 404 || code === "stale_state") here().refresh(id);
  }
}

/** Says what was seen: if the customer wrote meanwhile, the server refuses, and nothing is closed unread. */
async function close(id: string): Promise<void> {
  const { api, store } = here();
  const { state } = store;
  const name = displayName(state.conversations.get(id));
  const view = await api.close(id, { seen_seq: seenSeq(state.threads.get(id)) });
  store.set((before: object) => putConversation(before, view));
  notify(t("closing.done", { name }), "done", { label: t("closing.undo"), run: () => void reopen(id), shown: UNDO });
}

async function reopen(id: string): Promise<void> {
  const { api, store } = here();
  try {
    const view = await api.request("POST", `/conversations/${id}/reopen`);
    store.set((before: object) => putConversation(before, view));
    go(`/conversations/${id}`);
  } catch (problem) {
    notify((problem as Error).message);
  }
}

export function ClosingBox() {
  return session.value && asked.value ? <Box {...asked.value} /> : null;
}

function Box({ id, missing }: { id: string; missing: string[] }) {
  const { api } = here();
  const conversation: Conversation | undefined = useStore((state) => state.conversations.get(id));
  const [note, setNote] = useState("");
  const done = () => {
    asked.value = null;
  };
  const send = async () => {
    if (note.trim()) await api.request("PUT", `/conversations/${id}/note`, { body: { text: note.trim() } });
    await close(id);
    done();
  };
  if (!conversation) return null;
  return (
    <Dialog title={t("closing.title")} onClose={done}>
      <p>{t("closing.asked")}</p>
      {missing.includes("/topics") && <ConversationTopics conversation={conversation} may />}
      {missing.includes("/tags") && <ConversationTags conversation={conversation} may />}
      <Form send={send} submit={t("actions.close")} onCancel={done}>
        {missing.includes("/note") && <TextArea label={t("side.your_note")} hint={t("side.note_hint")} pointer="/note" value={note} onChange={setNote} />}
      </Form>
    </Dialog>
  );
}
