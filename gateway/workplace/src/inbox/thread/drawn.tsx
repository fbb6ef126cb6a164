// A message by itself, as a thread draws it: for the tests, which ask for any content.

import { render } from "preact";
import { type Around, AroundMessages } from "./around.ts";
import { loadRare } from "./content.tsx";
import { MessageItem } from "./message.tsx";
import type { Message } from "./types.ts";

/** Until then some contents are drawn later. */
export const ready = loadRare();

/** Draw a message in a place, at once; null takes it away. */
export function drawMessage(place: Element, message: Message | null, around: Around, retried = false): void {
  const row = message && { kind: "message" as const, key: message.id, message, quoted: undefined, retried, helped: undefined };
  render(row && <AroundMessages.Provider value={around}><MessageItem row={row} /></AroundMessages.Provider>, place);
}
