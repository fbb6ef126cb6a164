// The address of what is shown: each conversation, view, settings page and report has one, and Back works.

import { computed, signal } from "@preact/signals";
import { mayLeave } from "./unsaved.ts";

const shown = signal(location.pathname + location.search);

/** The parts of the path, as `["settings", "queues", "q1"]`; none at the start. */
export const parts = computed(() => new URL(shown.value, location.origin).pathname.split("/").filter(Boolean).map(decodeURIComponent));

/** What stands behind the path's question mark. */
export const query = computed(() => new URL(shown.value, location.origin).searchParams);

/** The path alone. */
export const path = computed(() => new URL(shown.value, location.origin).pathname);

/** Show another address; what is not saved is asked about first. `replace` leaves no step for Back. */
export function go(address: string, { replace = false } = {}): void {
  if (address === shown.value || !mayLeave()) return;
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  shown.value = address;
}

addEventListener("popstate", () => {
  const address = location.pathname + location.search;
  if (mayLeave()) shown.value = address;
  else history.pushState(null, "", shown.value);
});

/** Have links within the page change the address without loading it again; those with a modifier key or a target do as usual. */
export function followLinks(): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download") || event.defaultPrevented) return;
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.origin !== location.origin || !isOurs(link.pathname) || link.hash) return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}

/** Paths that are the page's own; the server serves the page at each of them (gateway/pages/workplace_page.py). */
const OURS = /^\/(?:$|(?:conversations|contacts|board|reports|campaigns|templates|settings)(?:\/|$))/;

export const isOurs = (pathname: string): boolean => OURS.test(pathname);
