// The pace of the last hour: how many conversations came, and how many were closed; of each queue, and together.

import { here } from "../core/session.ts";
import { serverNow } from "../core/clock.js";
import { useLoaded } from "../frame/use_loaded.ts";
import { useNow } from "../frame/use_now.ts";
import { paceOf, type Counted, type Pace } from "./pace_rules.ts";

const HOUR = 3_600_000;
/** Counting is dear: not at every event. */
const EVERY = 60_000;

/** Undefined until it was counted. */
export function usePace(): Pace | undefined {
  const { api } = here();
  const now = useNow(EVERY);
  const read = async () => {
    const query = { from: new Date(serverNow() - HOUR).toISOString(), group_by: "queue" };
    const counted: Counted = await api.request("GET", "/reports/conversations", { query });
    return paceOf(counted);
  };
  return useLoaded<Pace>(read, [now]).value;
}
