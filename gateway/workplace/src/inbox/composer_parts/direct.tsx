// Where a message without a template is offered; what it takes is loaded where the window is closed.

import { session } from "../../core/session.ts";
import { lazy } from "../../ui/lazy.tsx";
import { offeredIn } from "../composing.ts";

const Box = lazy(() => import("./direct_box.tsx"));

export function DirectOffer() {
  const id = offeredIn.value;
  return session.value && id ? <Box key={id} id={id} /> : null;
}
