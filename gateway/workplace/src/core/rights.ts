// Who sees what in the page. The server decides what may be done; this only leaves out what would be refused.

/** Roles from least to most rights, as `Role` in inbox/people/access.py. */
export const ROLES = ["operator", "supervisor", "manager", "administrator", "owner"] as const;
export type Role = (typeof ROLES)[number];

/** Has somebody this role or a higher one? */
export function atLeast(me: { role: Role }, least: Role): boolean {
  return ROLES.indexOf(me.role) >= ROLES.indexOf(least);
}
