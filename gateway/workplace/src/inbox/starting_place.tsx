// Where the box stands in which a conversation is begun.

import { session } from "../core/session.ts";
import { lazy } from "../ui/lazy.tsx";
import { startingBox } from "./starting.ts";

const Box = lazy(() => import("./starting_box.tsx"));

export function StartingPlace() {
  const shown = startingBox.value;
  if (!session.value || !shown) return null;
  const close = () => {
    startingBox.value = null;
  };
  return <Box {...shown} onClose={close} />;
}
