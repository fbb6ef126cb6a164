// Bringing the state up to date and keeping it so: cursor, then lists, then the stream.

import { applyEvent } from "./events.js";
import { tell } from "./happenings.ts";
import { announce } from "../frame/notices.js";
import { lastWords } from "../inbox/last_words.ts";
import { displayName, dropConversation, listKey, putConversation, shownKey, withMessage, withPage } from "./store.js";
import { EventStream, pause } from "./stream.js";
import { readLine } from "./line.js";

const PAGE = 50;
const LINE_SOON = 250;
const LINE_PAUSE = 2_000; // between two reads of the queues, however much happens in them
const TYPING_SHOWN = 6_000;

export class Sync {
  #stream = null;
  #stopped = false;
  #line = { timer: null, readAt: 0 };
  #typing = null;
  #refreshing = new Map(); // id → whether it has to be read once more

  /** `does` has reload(): read the open thread again; expired(): the sign-in is over. */
  constructor(api, store, token, does) {
    this.api = api;
    this.store = store;
    this.token = token;
    this.does = does;
    this.counts = null; // comes after what is seen first
  }

  typing(conversationId) {
    this.#stream?.typing(conversationId);
  }

  stop() {
    this.#stopped = true;
    this.counts?.stop();
    clearTimeout(this.#line.timer);
    clearTimeout(this.#typing);
    this.#stream?.close();
  }

  /** Nothing is missed: what changes while the lists are read comes by the stream, from the cursor before them. */
  async start() {
    for (let attempt = 1; !this.#stopped; attempt += 1) {
      try {
        const cursor = await this.api.currentCursor();
        await this.#readLists();
        if (!this.#stopped) this.#follow(cursor);
        return;
      } catch (problem) {
        if (this.#stopped || !problem.passing) throw problem;
        this.store.set({ connection: "offline" });
        await new Promise((resolve) => setTimeout(resolve, pause(attempt)));
      }
    }
  }

  /** Reads the next page of the shown list, if there is one. */
  async more() {
    const { view, order, search, filter, lists } = this.store.state;
    const key = shownKey(this.store.state);
    const list = lists[key];
    if (list?.loading || (list?.loaded && !list.cursor)) return;
    this.#mark(key, { ...list, loading: true });
    try {
      const page = await this.api.conversations({ ...filter, ...part(view), order, q: search.trim(), limit: PAGE, cursor: list?.cursor });
      this.store.set((state) => withPage(state, key, page));
    } catch (problem) {
      this.#mark(key, { ...list, loading: false, loaded: true });
      throw problem;
    }
  }

  #mark(key, list) {
    this.store.set((state) => ({ ...state, lists: { ...state.lists, [key]: list } }));
  }

  /** One's own conversations, of which the page tells, and those of the list that is shown; the others when they are. */
  async #readLists() {
    const [operators, workspace, statuses, mine] = await Promise.all([
      this.api.operators(), this.api.workspace(), this.api.statuses(), this.api.conversations({ view: "mine", order: "newest", limit: PAGE }),
    ]);
    this.store.set((state) => {
      const opened = state.conversations.get(state.selected);
      const conversations = new Map(opened ? [[opened.id, opened]] : []);
      const empty = { ...state, conversations, lists: {}, left: new Map(), workspace, operators: byIdOf(operators), statuses: byIdOf(statuses) };
      return withPage({ ...empty, tally: null }, listKey("mine", "newest", ""), mine);
    });
    this.#count().catch(this.does.failed);
    await Promise.all([this.more(), readLine(this.api, this.store)]);
    if (this.store.state.selected) this.refresh(this.store.state.selected);
    this.does.reload();
    tell("stream.restarted", null, this.store.state);
  }

  async #count() {
    const { CountReading } = await import("../inbox/list/count_reading.js");
    if (this.#stopped) return;
    this.counts ??= new CountReading(this.api, this.store);
    await this.counts.read();
  }

  #follow(cursor) {
    this.#stream = new EventStream({
      token: this.token,
      cursor,
      onEvent: (event) => this.#take(event),
      onLooking: (frame) => tell("looking", frame, this.store.state),
      onTyping: (id) => this.#showTyping(id),
      onState: (connection) => this.store.set({ connection }),
      onExpired: () => this.start().catch(this.does.failed),
      onUnauthenticated: () => this.does.expired(),
    });
  }

  /** Shows for some seconds that a customer types; a message ends it. */
  #showTyping(id) {
    clearTimeout(this.#typing);
    this.store.set({ typing: id });
    this.#typing = setTimeout(() => this.store.set({ typing: null }), TYPING_SHOWN);
  }

  #take(event) {
    if (event.type === "message.created" && event.data.conversation_id === this.store.state.typing) this.store.set({ typing: null });
    const before = this.store.state;
    const { state, effects } = applyEvent(before, event);
    this.store.set(() => state);
    this.counts?.took(event, before);
    tell(event.type, event.data, before);
    for (const effect of effects) this.#effects[effect.kind](effect);
  }

  #effects = {
    refresh: ({ id }) => this.refresh(id),
    line: () => this.#readLineSoon(),
    reread: ({ id, seq }) => this.#reread(id, seq),
    arrived: ({ message }) => {
      const conversation = this.store.state.conversations.get(message.conversation_id);
      const mine = conversation?.operator_id === this.store.state.me.id;
      if (mine) announce(`${displayName(conversation)}: ${lastWords(conversation)}`);
    },
  };

  #readLineSoon() {
    const wait = Math.max(LINE_SOON, this.#line.readAt + LINE_PAUSE - Date.now());
    this.#line.timer ??= setTimeout(() => this.#readLine(), wait);
  }

  async #readLine() {
    this.#line = { timer: null, readAt: Date.now() };
    try {
      if (!this.#stopped) await readLine(this.api, this.store);
    } catch {
      if (!this.#stopped) this.#readLineSoon(); // until then the places are a little old
    }
  }

  /** Reads a conversation; one that is not there for us leaves the lists. */
  async refresh(id) {
    if (this.#refreshing.has(id)) return void this.#refreshing.set(id, true);
    this.#refreshing.set(id, false);
    const before = this.store.state.conversations.get(id);
    try {
      const view = await this.api.conversation(id);
      const wanted = view.state !== "closed" || this.store.state.selected === id;
      this.store.set((state) => (wanted ? putConversation(state, view) : dropConversation(state, id, view.version)));
    } catch (problem) {
      const moved = this.store.state.conversations.get(id) !== before;
      if (problem.status === 404 && moved) this.#refreshing.set(id, true);
      else if (problem.status === 404) this.store.set((state) => ({ ...dropConversation(state, id), gone: { id, operator_id: null } }));
    }
    const again = this.#refreshing.get(id);
    this.#refreshing.delete(id);
    if (again && !this.#stopped) this.refresh(id);
  }

  /** Reads one message again for the link of its file, which is never part of an event. */
  async #reread(id, seq) {
    try {
      const page = await this.api.messages(id, { after_seq: seq - 1, limit: 1 });
      this.store.set((state) => page.items.reduce(withMessage, state));
    } catch {
      // The thread shows that the file is not here; opening it again reads it again.
    }
  }
}

/** What the server calls a tab. */
const part = (view) => (view === "closed" ? { state: "closed" } : { view });
const byIdOf = (operators) => new Map(operators.map((one) => [one.id, one]));
