// The demo prints links that sign in. They are taken on one's own machine only: elsewhere a link could sign somebody
// into another person's account without their noticing.

const LINK = /^#sign-in=([\w.~-]+)$/;
const OWN_MACHINE = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Take a link that is opened where the page is already: only the address's end changes then. */
export function hearDemoLinks(): void {
  addEventListener("hashchange", () => LINK.test(location.hash) && location.reload());
}

/** The sign-in's token that the address brings, or null; it leaves the address and the history. */
export function takeDemoToken(): string | null {
  const token = LINK.exec(location.hash)?.[1] ?? null;
  if (token === null) return null;
  history.replaceState(null, "", location.pathname + location.search);
  return OWN_MACHINE.has(location.hostname) ? token : null;
}
