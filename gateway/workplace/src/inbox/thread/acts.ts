// What can be done to a message that both sides have. The server has the last word; this leaves out what would be refused.

import type { Content, Message } from "./types.ts";

export type Act = "edit" | "delete" | "reaction";

/** What the kinds of channels can do, as docs/channels/features.md has it. */
const ABLE: Readonly<Record<string, readonly Act[]>> = {
  whatsapp: ["reaction"],
  telegram: ["reaction", "edit", "delete"],
  webchat: ["reaction", "edit", "delete"],
};
const NOTHING: readonly Act[] = [];
const ARRIVED = new Set(["sent", "delivered", "read"]);

/** Whether the chat takes reactions now: its window is open, it is no group of WhatsApp and not a business account's on Telegram. */
export function mayReact({ identity, window }: { identity: { kind: string; external_id: string }; window: { open: boolean } }): boolean {
  if (identity.kind === "whatsapp") return window.open && !identity.external_id.startsWith("group:");
  return identity.kind !== "telegram" || !identity.external_id.includes(":b");
}

export const actsOfKind = (kind: string): readonly Act[] => ABLE[kind] ?? NOTHING;

/** The field of a content whose words can be changed, null where there is none. */
export function wordsField(content: Content): "text" | "caption" | null {
  if (content.type === "text" || content.type === "buttons") return "text";
  return typeof content["caption"] === "string" ? "caption" : null;
}

/** What I can do to a message of the conversation that I write in; only my own words are mine to change. */
export function actsOn(message: Message, { me, kind, reacts }: { me: { id: string }; kind: string; reacts: boolean }): readonly Act[] {
  const { direction, author, status, content, deleted_at: deleted } = message;
  const ours = direction === "out";
  if (deleted || (ours && !ARRIVED.has(status))) return NOTHING;
  const mine = ours && author.id === me.id && wordsField(content) !== null;
  return actsOfKind(kind).filter((one) => one === "reaction" ? reacts : (one === "edit" ? mine : ours));
}
