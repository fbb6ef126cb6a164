// Reading the inbox's state in a component.

import { useEffect, useRef, useState } from "preact/hooks";
import { here } from "../core/session.ts";
import type { State } from "../core/store.js";

/**
 * A part of the state; the component is drawn anew when that part is another object or value than before. `part` may
 * depend on the component's properties: each drawing reads by the newest one, and so does each change of the state.
 */
export function useStore<T>(part: (state: State) => T): T {
  const { store } = here();
  const shown = part(store.state);
  const last = useRef({ part, shown });
  last.current = { part, shown };
  const [, draw] = useState(0);
  useEffect(() => {
    const look = (state: State) => {
      if (!Object.is(last.current.part(state), last.current.shown)) draw((times) => times + 1);
    };
    look(store.state);
    return store.subscribe(look);
  }, [store]);
  return shown;
}
