// What a screen reads from the API: it loads, may fail, can be read again, and follows events.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { onEvent } from "../core/happenings.ts";

export interface Loaded<T> {
  /** What was read last; undefined until the first answer. */
  value: T | undefined;
  /** Why the last reading failed, as a sentence. */
  fault: string | null;
  /** Read again, at once. */
  reload: () => Promise<void>;
  /** Put a newer value in place, as the answer to a change. */
  put: (value: T) => void;
}

const SOON = 300; // milliseconds: events come in bursts

/**
 * Read something now, whenever `inputs` change, and after events whose type begins with one of `events`.
 *
 * An answer that is overtaken by a later reading is thrown away. `concerns` tells whether an event's object is about what was read.
 */
export function useLoaded<T>(
  read: () => Promise<T>, inputs: readonly unknown[], events: readonly string[] = [], concerns: (data: unknown) => boolean = () => true,
): Loaded<T> {
  const [{ value, fault }, show] = useState<{ value: T | undefined; fault: string | null }>({ value: undefined, fault: null });
  const turn = useRef(0);
  const latest = useRef(read);
  latest.current = read;
  const ours = useRef(concerns);
  ours.current = concerns;

  const reload = useCallback(async () => {
    turn.current += 1;
    const mine = turn.current;
    try {
      const answer = await latest.current();
      if (mine === turn.current) show({ value: answer, fault: null });
    } catch (problem) {
      if (mine === turn.current) show((before) => ({ ...before, fault: (problem as Error).message }));
    }
  }, []);

  useEffect(() => {
    reload();
    return () => {
      turn.current += 1;
    };
  }, inputs);

  useEffect(() => {
    if (!events.length) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onEvent((type, data) => {
      const about = events.some((one) => type.startsWith(one)) && ours.current(data);
      if (type !== "stream.restarted" && !about) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        reload();
      }, SOON);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [events.join(" ")]);

  const put = useCallback((next: T) => {
    turn.current += 1;
    show({ value: next, fault: null });
  }, []);
  return { value, fault, reload, put };
}
