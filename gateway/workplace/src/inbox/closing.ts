// Closing a conversation: what has to be filled in before, and ten seconds in which it can be taken back.

import { signal } from "@preact/signals";
import { here } from "../core/session.ts";
import { displayName, putConversation, seenSeq } from "../core/store.js";
import { t } from "../core/words.ts";
import { go } from "../frame/address.ts";
import { notify } from "../frame/notices.js";

const UNDO = 10_000; // as long as the server takes a close back

interface Refusal extends Error {
  code: string;
  status: number;
  errors: { pointer: string; message: string }[];
}

/** What is missing, as the server's pointers. */
export const asked = signal<{ id: string; missing: string[] } | null>(null);

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
export async function close(id: string): Promise<void> {
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
