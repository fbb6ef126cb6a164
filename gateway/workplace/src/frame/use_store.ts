// Reading the inbox's state in a component.

import { useEffect, useState } from "preact/hooks";
import { here } from "../core/session.ts";
import type { State } from "../core/store.js";

/** A part of the state; the component is drawn anew when that part is another object or value than before. */
export function useStore<T>(part: (state: State) => T): T {
  const { store } = here();
  const [shown, show] = useState(() => part(store.state));
  useEffect(() => {
    show(() => part(store.state));
    return store.subscribe((state: State) => show(() => part(state)));
    // `part` is a function of the state alone, made anew at each drawing.
  }, [store]);
  return shown;
}
