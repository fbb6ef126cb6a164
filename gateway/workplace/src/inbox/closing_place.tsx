// Where the box of a close stands.

import { session } from "../core/session.ts";
import { lazy } from "../ui/lazy.tsx";
import { asked } from "./closing.ts";

const Box = lazy(() => import("./closing_box.tsx"));

export function ClosingPlace() {
  return session.value && asked.value ? <Box {...asked.value} /> : null;
}
