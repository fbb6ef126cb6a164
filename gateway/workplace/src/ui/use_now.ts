// The server's time for what is counted up or down on the page.

import { useEffect, useState } from "preact/hooks";
import { serverNow } from "../core/clock.js";

/** The server's time in milliseconds, anew every `every` milliseconds. */
export function useNow(every: number): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
