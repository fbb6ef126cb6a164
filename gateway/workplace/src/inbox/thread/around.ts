// What the messages of a thread are drawn with, beside themselves.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { People } from "./names.ts";
import type { Deeds } from "./types.ts";

export interface Around extends People {
  /** The conversation that one writes in; null where one may not write. */
  writesIn: string | null;
  /** The kind of its channel. */
  kind: string;
  /** Whether one can react in it now. */
  reacts: boolean;
  /** Whether one may see what providers sent. */
  seesRaw: boolean;
  /** What helpers can do. */
  helpers: ReadonlySet<string>;
  does: Deeds;
}

export const AroundMessages = createContext<Around | null>(null);

export function useAround(): Around {
  const around = useContext(AroundMessages);
  if (!around) throw new Error("a message is drawn in a thread");
  return around;
}
