// Whether the box is open in which a conversation is begun.

import { signal } from "@preact/signals";

/** A contact that is written to. */
export interface Whom {
  id: string;
  name: string;
}

export const startingBox = signal<{ whom: Whom | null } | null>(null);

/** Open the box; without a contact it asks for a number. */
export function beginConversation(whom: Whom | null = null): void {
  startingBox.value = { whom };
}
