// The title of the tab: how many messages wait for the person here, then what is shown.

import { effect, signal } from "@preact/signals";
import { t } from "../core/words.ts";
import { parts } from "./address.ts";
import { screenOf } from "./screens.ts";

/** What the screen is called; null in the inbox, and until the screen has come. */
export const screenTitle = signal<string | null>(null);

/** How many messages of one's own conversations are unread, and what the workspace is called. */
export const inboxTitle = signal<{ unread: number; workspace: string | null }>({ unread: 0, workspace: null });

/** Keep the tab's title, and the number at the installed page's icon, as they should be; returns what ends it. */
export function keepTitle(): () => void {
  return effect(() => {
    const { unread, workspace } = inboxTitle.value;
    const place = t(screenOf(parts.value[0])?.title ?? "screens.inbox"); // until the screen has come, and says what it shows
    const shown = screenTitle.value ?? (workspace ? `${place} – ${workspace}` : place);
    document.title = unread ? `(${unread}) ${shown}` : shown;
    // Not all browsers have it, and it may be forbidden: the title says the same.
    if (unread) navigator.setAppBadge?.(unread).catch(() => {});
    else navigator.clearAppBadge?.().catch(() => {});
  });
}
