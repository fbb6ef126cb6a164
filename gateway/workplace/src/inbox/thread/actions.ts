// What the thread asks of the inbox, and what the inbox asks of the thread.

import type { HeadAction } from "./head_actions.ts";
import type { Deeds } from "./types.ts";

export interface ThreadActions extends Omit<Deeds, "show">, Record<HeadAction, () => void> {
  back: () => void;
  toggleDetails: () => void;
  /** The newest messages are in front of a person. */
  seen: () => void;
}

let actions: ThreadActions | null = null;

/** Say what the inbox does for the thread. */
export function setThreadActions(next: ThreadActions): void {
  actions = next;
}

export function threadActions(): ThreadActions {
  if (!actions) throw new Error("there is no inbox");
  return actions;
}

let end: (() => void) | null = null;

/** Say how the thread that is shown goes to its end. */
export function setEnd(next: (() => void) | null): void {
  end = next;
}

export const toEnd = (): void => end?.();
