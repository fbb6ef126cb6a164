// What the list shows, and the address of that.

import { effect, untracked } from "@preact/signals";
import { shownKey, withoutClosed } from "../../core/store.js";
import { go, parts, path, query } from "../../frame/address.ts";
import { listOf, listQuery } from "./list_address.ts";
import { topicsOf } from "./saved_views.ts";

/** The conversation that the address names, or null. */
export function addressedConversation() {
  const [screen, id] = parts.value;
  return screen === "conversations" && id ? id : null;
}

/** What the address says that the list shows, or null. */
const addressedList = () => (parts.value.length === 0 || addressedConversation() ? listOf(query.value) : null);

export class ListPlace {
  constructor(api, store, sync, failed) {
    this.api = api;
    this.store = store;
    this.sync = sync;
    this.failed = failed;
  }

  /** Has the list show what the address says, now and whenever it changes; returns what ends that. */
  follow() {
    return effect(() => {
      const listed = addressedList();
      if (listed && listQuery(this.store.state) !== listQuery(listed)) untracked(() => this.#showAddressed(listed));
    });
  }

  #showAddressed(listed) {
    const { topic_id } = listed.filter;
    this.#put({ ...listed, topics: topicsOf([], topic_id) });
    if (!topic_id) return;
    const belowToo = (topics) => this.store.set((state) => (state.filter.topic_id === topic_id ? { ...state, topics: topicsOf(topics, topic_id) } : state));
    this.api.all("/topics").then(belowToo, this.failed);
  }

  /** Goes to a conversation, or to none, beside the list that is shown. */
  goBeside(address) {
    go(addressedList() ? `${address}?${listQuery(this.store.state)}` : address);
  }

  /** Shows something else, at an address of its own; Back leads to what was shown before. */
  show(what) {
    const before = listQuery(this.store.state);
    this.#put(what);
    const now = listQuery(this.store.state);
    if (before === now) return;
    if (!addressedList()) go(`${path.value}?${before}`, { replace: true });
    go(`${path.value}?${now}`);
  }

  #put(what) {
    this.store.set((state) => withoutClosed({ ...state, ...what }));
    const { view, lists } = this.store.state;
    const key = shownKey(this.store.state);
    const old = view === "closed" && lists[key]?.loaded; // no event tells of what was closed in the meantime
    if (old) this.store.set((state) => ({ ...state, lists: { ...state.lists, [key]: undefined } }));
    if (old || !lists[key]) this.more();
  }

  more() {
    if (!Object.keys(this.store.state.lists).length) return; // the first pages are on their way
    this.sync.more().catch(this.failed);
  }
}
