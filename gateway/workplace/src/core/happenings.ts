// Events of the stream for whoever shows something that is not in the inbox's state.

import type { State } from "./store.js";

/** `before` is the inbox's state as it was before the event. */
type Listener = (type: string, data: unknown, before: State) => void;

const listeners = new Set<Listener>();

/** Hear of each event from now on; returns what ends it. */
export function onEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tell of an event. The type `stream.restarted` says that events were missed: what is shown has to be read again. */
export function tell(type: string, data: unknown, before: State): void {
  for (const listener of listeners) listener(type, data, before);
}
