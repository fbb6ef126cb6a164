// Which conversations stand beside one: open ones of the same customer, as far as the page knows them. Pure.

import type { Conversation } from "../types.ts";

export function besides(shown: Conversation, all: Iterable<Conversation>): Conversation[] {
  return [...all].filter((one) => one.id !== shown.id && one.contact.id === shown.contact.id && one.state !== "closed");
}
