// What helpers say of a message, below it: its translation, or the words of a voice message. The original stays.

import { el, icon } from "../core/dom.js";
import { languageCode, t } from "../core/say.ts";
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

export function helpButton(message, { helpers, helped }, does) {
  const kind = helpFor(message, helpers);
  if (!kind || !does.help) return null;
  const label = t(`message.${kind}`);
  const given = { type: "button", class: "quiet reply", "aria-label": label, title: label, disabled: Boolean(helped?.busy), dataset: { focus: kind } };
  return el("button", { ...given, on: { click: () => does.help(message, kind) } }, icon(kind));
}

export function helpedElement({ helped }) {
  if (!helped) return null;
  if (helped.busy) return el("p", { class: "helped soft small", role: "status", text: t("message.helper_works") });
  if (helped.fault) return el("p", { class: "helped small fault", role: "alert", text: helped.fault });
  return el(
    "div", { class: "helped" },
    el("p", { class: "soft small", text: t(helped.kind === "translate" ? "message.translated" : "message.transcribed") }),
    el("p", { class: "words", dir: "auto", text: helped.text }),
  );
}
