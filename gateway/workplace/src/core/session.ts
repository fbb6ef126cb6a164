// Who is signed in, with what the screens work on. There is one at a time; none before the sign-in.

import { signal } from "@preact/signals";
import type { Api } from "./api.js";
import type { Role } from "./rights.ts";
import type { Store } from "./store.js";

export interface Me {
  id: string;
  name: string;
  role: Role;
}

export interface Session {
  api: Api;
  store: Store;
  me: Me;
  /** Reads a conversation again, where what is shown of it may be old. */
  refresh: (id: string) => void;
  /** Ends the sign-in and shows the form. */
  signOut: () => void;
}

export const session = signal<Session | null>(null);

/** The session, where a component is shown to somebody who is signed in. */
export function here(): Session {
  if (!session.value) throw new Error("nobody is signed in");
  return session.value;
}

/** What the sign-in page says when this sign-in ends, whatever ends it; null for what is usual. */
export const goodbye: { text: string | null } = { text: null };
