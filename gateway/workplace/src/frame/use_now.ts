// The server's time in a component, which is drawn anew as it goes on.

import { useEffect, useState } from "preact/hooks";
import { serverNow } from "../core/clock.js";

/** The server's time in milliseconds, as old as `every` milliseconds at most. */
export function useNow(every: number): number {
  const [now, set] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => set(serverNow()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
