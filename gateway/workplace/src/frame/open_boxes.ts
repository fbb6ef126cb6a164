// Which boxes of the frame are open: for those who open them and those who show them.

import { signal } from "@preact/signals";

export const paletteOpen = signal(false);
export const keysOpen = signal(false);
