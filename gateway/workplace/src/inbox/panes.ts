// Which of the inbox's panes are open, for those who open them and those who show them.

import { signal } from "@preact/signals";

/** The side, on screens where it lies over the thread. */
export const detailsOpen = signal(false);
