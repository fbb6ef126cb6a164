// Who answers in a chat that several agents share: asking for a change.

import { here } from "../core/session.ts";
import { change } from "./doing.ts";
import { theField } from "./composing.ts";
import type { Conversation } from "./types.ts";

const path = (one: Conversation) => `/conversations/${one.id}/control`;

/** Take the chat from the agent that answers; what nobody has is assigned to whoever takes it. */
export async function takeChat(one: Conversation): Promise<void> {
  const { api, me } = here();
  if (one.operator_id === null && !(await change(one.id, () => api.assign(one.id, { operator_id: me.id })))) return;
  if (await change(one.id, () => api.request("POST", path(one), { body: { action: "take" } }))) theField().focus();
}

/** Let the messenger decide who answers the customer's next message. */
export const releaseChat = (one: Conversation): Promise<boolean> =>
  change(one.id, () => here().api.request("POST", path(one), { body: { action: "release" } }));

/** Have another agent answer; what the server says against it is thrown. */
export const passChat = (one: Conversation, role: string, note: string): Promise<Conversation> =>
  here().api.request("POST", path(one), { body: { action: "pass", role, ...(note.trim() && { note: note.trim() }) } });
