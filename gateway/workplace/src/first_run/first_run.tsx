// An empty workspace: who may connect a channel is shown what to do first.

import { atLeast } from "../core/rights.ts";
import { session } from "../core/session.ts";
import { lazy } from "../ui/lazy.tsx";

const Steps = lazy(() => import("./steps.tsx"));

/** Shown to whoever may connect a channel, where nobody has written yet. */
export function FirstRun() {
  return session.value && atLeast(session.value.me, "administrator") ? <Steps /> : null;
}
