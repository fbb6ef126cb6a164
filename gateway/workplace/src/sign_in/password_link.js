// The address of an invitation, `/#/password/TOKEN`.

const LINK = /^#\/password\/(gwp_[\w-]{43})$/;

/** The token of a password link in the address, or null. It leaves the address at once: it is a secret. */
export function takeLinkToken() {
  const token = LINK.exec(location.hash)?.[1] ?? null;
  if (token) history.replaceState(null, "", location.pathname + location.search);
  return token;
}
