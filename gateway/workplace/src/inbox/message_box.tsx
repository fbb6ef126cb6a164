// Where the box of a single message stands.

import { session } from "../core/session.ts";
import { lazy } from "../ui/lazy.tsx";
import { openBox } from "./message_open.ts";

const Box = lazy(() => import("./message_boxes.tsx"));

export function MessageBoxes() {
  const shown = openBox.value;
  if (!session.value || !shown) return null;
  const close = () => {
    openBox.value = null;
  };
  return <Box {...shown} onClose={close} />;
}
