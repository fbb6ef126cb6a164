// Keeps the counts of the tabs true: by what was seen to move, and by asking again where that does not tell.

import { serverNow } from "../../core/clock.js";
import { added, mayMove, moved } from "./count_moves.ts";
import { COUNTED, filterKey, isComplete } from "../../core/counting.ts";

const FIRST_PAUSE = 2_000; // after the first event that does not tell
const BETWEEN = 6_000; // between two questions, and up to as much again by chance: an event comes to all pages at once
const CLOCKS_APART = 2_000; // of the server that counted and the one that told of the event

export class CountReading {
  #before;
  #unsubscribe;
  #timer = null;
  #question = 0; // the latest
  #askedAt = 0;
  #answeredAt = 0; // by the server's clock
  #doubtful = false; // something moved that is not in the answer, or may be in it twice
  #stopped = false;

  constructor(api, store) {
    this.api = api;
    this.store = store;
    this.#before = store.state;
    this.#unsubscribe = store.subscribe((state) => this.#follow(state));
    document.addEventListener("visibilitychange", this.#looked);
  }

  stop() {
    this.#stopped = true;
    this.#unsubscribe();
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#looked);
  }

  /** Counts anew. */
  async read() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#question += 1;
    const question = this.#question;
    const { filter, savedShown } = this.store.state;
    this.#doubtful = false;
    this.#askedAt = Date.now();
    try {
      const counts = await this.api.counts({ ...filter, ...(savedShown > 0 && { saved: true }) });
      if (question !== this.#question || this.#stopped) return;
      this.#answeredAt = serverNow();
      this.store.set({ tally: tallyOf(counts, filter) });
      if (this.#doubtful) this.#soon();
    } catch {
      if (question === this.#question) this.#soon(); // until then they are a little old
    }
  }

  /** Takes an event, after the state did; `before` is the state as it was. */
  took(event, before) {
    const { store } = this;
    const id = event.data?.conversation_id ?? event.data?.id;
    if (!mayMove(event.type, store.state)) return;
    if (store.state.savedShown) return this.#soon();
    if (before.conversations.has(id)) return; // seen to move
    const one = store.state.conversations.get(id);
    const sure = event.type === "conversation.created" && one && store.state.tally && new Date(event.at) - CLOCKS_APART > this.#answeredAt;
    if (sure) store.set((state) => ({ ...state, tally: added(state.tally, one, state, serverNow()) }));
    if (!sure || this.#timer) this.#soon();
  }

  #follow(state) {
    const before = this.#before;
    this.#before = state;
    const asked = state.filter !== before.filter || state.savedShown > before.savedShown;
    if (asked) return void this.read();
    if (!state.tally || state.tally !== before.tally) return;
    const tally = moved(state.tally, before, state, serverNow());
    if (tally === state.tally) return;
    this.#doubtful = true; // matters while a question is on its way
    this.store.set({ tally });
  }

  #soon() {
    this.#doubtful = true;
    const { state } = this.store;
    const known = !state.savedShown && COUNTED.every((view) => isComplete(state, view));
    if (this.#stopped || this.#timer || document.hidden || known) return;
    const rest = this.#askedAt + BETWEEN * (1 + Math.random()) - Date.now();
    this.#timer = setTimeout(() => this.read(), Math.max(FIRST_PAUSE, rest));
  }

  #looked = () => {
    if (!document.hidden && this.#doubtful) this.#soon();
  };
}

function tallyOf(counts, filter) {
  const saved = new Map(counts.saved.map((one) => [one.view_id, one]));
  return { filter: filterKey(filter), saved, ...Object.fromEntries(COUNTED.map((view) => [view, counts[view]])) };
}
