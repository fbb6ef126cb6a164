// Reading what is above the conversation that is shown: its own older messages, then what the customer wrote before.

import { here } from "../../core/session.ts";
import { type State, withThreadLoading, withThreadPage } from "../../core/store.js";
import { notify } from "../../frame/notices.js";
import { type Earlier, firstSince, jumpedTo, nothingEarlier, type TimelinePage, withPageAbove, withPageBelow } from "./earlier.ts";
import type { Message } from "./types.ts";

const PAGE = 50;
const BIG_PAGE = 200;
const SEARCHED = 25; // pages above in which a message is looked for

interface Thread {
  messages: Message[];
  complete: boolean;
  loaded: boolean;
  loading: boolean;
}

interface Shown {
  id: string;
  contact: string;
  thread: Thread;
  earlier: Earlier | null;
  /** The place of the conversation's first message that was read. */
  first: number;
}

function shown(): Shown | null {
  const { store } = here();
  const { threads, conversations, earlier } = store.state as State;
  const selected: string = store.state.selected ?? "";
  const thread: Thread | undefined = threads.get(selected);
  const contact: string | undefined = conversations.get(selected)?.contact.id;
  if (!thread?.loaded || !contact) return null;
  return { id: selected, contact, thread, earlier: earlier?.above === selected ? earlier : null, first: thread.messages[0]?.seq ?? Number.MAX_SAFE_INTEGER };
}

/** Put a change in place, unless another conversation is shown by now. */
function put(id: string, change: (before: Earlier) => Earlier): void {
  here().store.set((state: State) => (state.selected === id ? { ...state, earlier: change(state.earlier ?? nothingEarlier(id)) } : state));
}

/** Read the page above the first message that is shown; it answers whether there was one to read. */
export async function readAbove(limit = PAGE): Promise<boolean> {
  const now = shown();
  if (!now || now.thread.loading || now.earlier?.loading) return false;
  if (!now.earlier && !now.thread.complete) return readOwn(now, limit);
  if (now.earlier && now.earlier.before === null) return false;
  const bound = now.earlier ? { before: now.earlier.before } : now.thread.messages.length ? { before_seq: now.first } : {};
  put(now.id, (before) => ({ ...before, loading: true }));
  try {
    const page = await timeline(now, { ...bound, limit });
    put(now.id, (before) => withPageAbove(before, page, now.first));
    return true;
  } catch (problem) {
    put(now.id, (before) => ({ ...before, loading: false, before: null }));
    if ((problem as { status: number }).status !== 404) notify((problem as Error).message);
    return false;
  }
}

async function readOwn({ id, thread }: Shown, limit: number): Promise<boolean> {
  const { api, store, refresh } = here();
  store.set((state: State) => withThreadLoading(state, id, true));
  try {
    const page = await api.messages(id, { limit, before_seq: thread.messages[0]?.seq });
    store.set((state: State) => (state.threads.has(id) ? withThreadPage(state, id, page.items, page.next_cursor === null) : state));
    return true;
  } catch (problem) {
    store.set((state: State) => withThreadLoading(state, id, false));
    if ((problem as { status: number }).status === 404) refresh(id);
    else notify((problem as Error).message);
    return false;
  }
}

/** Read on below the part that one has jumped to. */
export async function readBelow(): Promise<void> {
  const now = shown();
  if (!now?.earlier || now.earlier.joined || now.earlier.loading) return;
  put(now.id, (before) => ({ ...before, loading: true }));
  try {
    const page = await timeline(now, { after: now.earlier.after, limit: BIG_PAGE });
    put(now.id, (before) => withPageBelow(before, page, now.first));
  } catch (problem) {
    put(now.id, (before) => ({ ...before, loading: false }));
    notify((problem as Error).message);
  }
}

/** Have what was written since a time in the thread; the id of its first message, null where there is none. */
export async function readSince(at: Date): Promise<string | null> {
  const now = shown();
  if (!now) return null;
  const there = firstSince(now.earlier, now.thread.messages, now.thread.complete, at.getTime());
  if (there) return there.id;
  const page = await timeline(now, { from: at.toISOString(), limit: PAGE });
  const [first] = page.items;
  if (first && first.seq < now.first) put(now.id, () => jumpedTo(now.id, page, now.first));
  return first ? first.id : null;
}

/** Have a message of the past in the thread, if it can be found above; it answers whether it is there. */
export async function findAbove(id: string): Promise<boolean> {
  const has = (): boolean => {
    const now = shown();
    return [...(now?.earlier?.messages ?? []), ...(now?.thread.messages ?? [])].some((one) => one.id === id);
  };
  for (let n = 0; n < SEARCHED && !has(); n += 1) if (!(await readAbove(BIG_PAGE))) break;
  return has();
}

const timeline = ({ contact }: Shown, query: object): Promise<TimelinePage> => here().api.request("GET", `/contacts/${contact}/timeline`, { query });
