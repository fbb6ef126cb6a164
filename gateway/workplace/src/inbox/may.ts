// What may be done with a conversation. The server has the last word; this leaves out what would be refused.

import { atLeast, type Role } from "../core/rights.ts";
import type { Conversation } from "./types.ts";

interface Person {
  id: string;
  role: Role;
}

/** Set tags and topics, set aside: who has it, whoever sees it while nobody has it, supervisors and above. */
export function mayHandle(one: Conversation, me: Person): boolean {
  if (one.state === "closed") return false;
  return one.operator_id === null || one.operator_id === me.id || atLeast(me, "supervisor");
}

/** Write a note: only who has it. */
export const mayNote = (one: Conversation, me: Person): boolean => one.state !== "closed" && one.operator_id === me.id;

/** Take it over or hand it out. */
export const mayAssign = (one: Conversation, me: Person): boolean =>
  one.state !== "closed" && (one.operator_id === null || atLeast(me, "supervisor"));

/** Block its customer: while a colleague has a conversation of theirs only supervisors and above. */
export const mayBlock = (one: Conversation, me: Person): boolean =>
  one.operator_id === null || one.operator_id === me.id || atLeast(me, "supervisor");
