// Which box of a single message is open.

import { signal } from "@preact/signals";

export interface Message {
  id: string;
  direction: "in" | "out";
  provider_at: string | null;
  status: string;
  created_at: string;
  send_at: string | null;
  content: { type: string; text?: string; caption?: string };
}

export const openBox = signal<{ box: "details" | "scheduled"; message: Message } | null>(null);

export function showDetails(message: Message): void {
  openBox.value = { box: "details", message };
}

export function changeScheduled(message: Message): void {
  openBox.value = { box: "scheduled", message };
}
