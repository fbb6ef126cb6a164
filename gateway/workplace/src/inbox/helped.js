// Asking helpers for the translation of a message, or for the words of a voice message.

import { languageCode } from "../core/say.ts";
import { withEntry } from "../core/store.js";

const SOUNDS = new Set(["voice", "audio"]);
const CALLS = {
  translate: (id) => [`/messages/${id}/translation`, { body: { language: languageCode() } }],
  transcribe: (id) => [`/messages/${id}/transcription`, {}],
};

/** Read what helpers can do here; without an answer nothing of theirs is offered. */
export async function readHelpers(api, store) {
  const { kinds } = await api.request("GET", "/helper-kinds").catch(() => ({ kinds: [] }));
  store.set({ helpers: new Set(kinds) });
}

/** What a helper can do for a message; null where there is none that could. */
export function helpFor({ content, direction, deleted_at }, helpers) {
  if (deleted_at || direction !== "in") return null;
  if (SOUNDS.has(content.type)) return helpers.has("transcribe") ? "transcribe" : null;
  return (content.text ?? content.caption) && helpers.has("translate") ? "translate" : null;
}

/** Have it done; the answer, or why there is none, is in the state's `helped`. */
export async function askHelp(api, store, { id }, kind) {
  const put = (said) => store.set((state) => ({ ...state, helped: withEntry(state.helped, id, said) }));
  put({ kind, busy: true });
  try {
    const [path, more] = CALLS[kind](id);
    put({ kind, text: (await api.request("POST", path, more)).text });
  } catch (problem) {
    put({ kind, fault: problem.message });
  }
}
