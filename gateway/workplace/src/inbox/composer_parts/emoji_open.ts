// Whether the emoji are shown.

import { signal } from "@preact/signals";

export const emojiOpen = signal(false);
