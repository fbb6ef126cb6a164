// Changing a conversation from a component: the answer is shown, and what went wrong is said.

import { here } from "../core/session.ts";
import { putConversation } from "../core/store.js";
import { notify } from "../frame/notices.js";
import type { Conversation } from "./types.ts";

interface Refusal extends Error {
  status: number;
  code: string;
}

/**
 * Ask for a change of a conversation; what the server answers is shown.
 *
 * @param words Sentences for codes that say more here than the server can.
 * @returns Whether it was done.
 */
export async function change(id: string, request: () => Promise<Conversation | null>, words: Record<string, string> = {}): Promise<boolean> {
  const { store, refresh } = here();
  try {
    const view = await request();
    if (view) store.set((state: object) => putConversation(state, view));
    return true;
  } catch (problem) {
    const { code, status, message } = problem as Refusal;
    notify(words[code] ?? message);
    if (status === 409 || status === 404) refresh(id);
    return false;
  }
}
