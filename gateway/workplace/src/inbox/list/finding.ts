// Opening what a search found: a conversation, and the message in it, however far above it is.

import { here } from "../../core/session.ts";
import { withThreadLoading, withThreadPage, type State } from "../../core/store.js";
import { notify } from "../../frame/notices.js";
import { theList } from "./actions.ts";

const PAGE = 200;
const MOST_PAGES = 25;
const SHOWN_FOR = 1_500;

export function openFound(conversation: string, message?: string): void {
  theList().open(conversation);
  if (message) goToMessage(conversation, message).catch((problem: Error) => notify(problem.message));
}

interface Thread {
  messages: { id: string; seq: number }[];
  loaded: boolean;
  loading: boolean;
  complete: boolean;
}

async function goToMessage(conversation: string, message: string): Promise<void> {
  const { api, store } = here();
  for (let read = 0; read < MOST_PAGES; read += 1) {
    const thread = await settled(conversation);
    if (!thread) return; // somebody went elsewhere
    if (thread.complete || thread.messages.some((one) => one.id === message)) break;
    store.set((state: State) => withThreadLoading(state, conversation, true));
    const page = await api.messages(conversation, { before_seq: thread.messages[0]?.seq, limit: PAGE });
    store.set((state: State) => (state.threads.has(conversation) ? withThreadPage(state, conversation, page.items, page.next_cursor === null) : state));
  }
  await frame();
  await frame(); // what was read now is drawn with the next one
  show(message);
}

/** The thread of a conversation once its page is there; null where another one is shown. */
function settled(conversation: string): Promise<Thread | null> {
  const { store } = here();
  const look = (state: State): Thread | null | undefined => {
    if (state.selected !== conversation && location.pathname !== `/conversations/${conversation}`) return null;
    const thread: Thread | undefined = state.threads.get(conversation);
    return thread?.loaded && !thread.loading ? thread : undefined;
  };
  return new Promise((done) => {
    const first = look(store.state);
    if (first !== undefined) return done(first);
    const stop = store.subscribe((state: State) => {
      const found = look(state);
      if (found === undefined) return;
      stop();
      done(found);
    });
  });
}

const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));

function show(message: string): void {
  const found = document.querySelector(`#messages [data-id="${CSS.escape(message)}"]`);
  found?.scrollIntoView({ block: "center" });
  found?.classList.add("shown");
  setTimeout(() => found?.classList.remove("shown"), SHOWN_FOR);
}
