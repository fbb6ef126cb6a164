// What may be done with a conversation at its head; the server has the last word.

import type { Role } from "../../core/rights.ts";
import { mayTakeOver } from "../../core/store.js";
import type { Word } from "../../core/words.ts";
import type { Conversation } from "../types.ts";

export type HeadAction = "assign" | "takeOver" | "transfer" | "read" | "close";

interface Offer {
  name: HeadAction;
  word: Word;
  main?: boolean;
}

export function actionsFor(conversation: Conversation, me: { id: string; role: Role }): Offer[] {
  if (conversation.state === "closed") return [];
  const mine = conversation.operator_id === me.id;
  const free = conversation.operator_id === null;
  const over: boolean = mayTakeOver(me);
  const actions: Offer[] = [];
  if (free) actions.push({ name: "assign", word: "actions.assign", main: true });
  if (!free && !mine && over) actions.push({ name: "takeOver", word: "actions.take_over", main: true });
  if (free || mine || over) actions.push({ name: "transfer", word: "actions.transfer" });
  if (conversation.unread > 0 && !mine) actions.push({ name: "read", word: "actions.read" });
  if (free || mine || over) actions.push({ name: "close", word: "actions.close" });
  return actions;
}
