// The list of conversations: tabs, search, order, keyboard, pages that come when scrolled to.

import { inboxTitle } from "../frame/title.ts";
import { serverNow } from "../core/clock.js";
import { avatar, el, keyed } from "../core/dom.js";
import { named } from "../core/say.ts";
import { counts, displayName, displayNumber, listKey, shownConversations } from "../core/store.js";
import { queueLine } from "./team.js";
import { fullTime, shortAge } from "../core/time.js";

export const kindName = (kind) => named("kinds", kind);

const SEARCH_PAUSE = 250;
const NEAR_END = 300;
const UNREAD_SHOWN = 99;

const byId = (id) => document.getElementById(id);

export class ListPane {
  #active = null; // id of the option that the arrow keys are on
  #searching = null;

  /** `does` has open(id), show({view, order, search}), more(). */
  constructor(store, does) {
    this.store = store;
    this.does = does;
    this.list = byId("list");
    this.panel = byId("list-panel");
    this.tabs = [...document.querySelectorAll("#tabs [role=tab]")];
    this.listeners = new AbortController();
    const options = { signal: this.listeners.signal };
    for (const tab of this.tabs) tab.addEventListener("click", () => this.#choose(tab), options);
    byId("tabs").addEventListener("keydown", (event) => this.#onTabKey(event), options);
    this.list.addEventListener("keydown", (event) => this.#onKey(event), options);
    this.list.addEventListener("click", (event) => this.#onClick(event), options);
    this.panel.addEventListener("scroll", () => this.#onScroll(), options);
    byId("search").addEventListener("input", () => this.#onSearch(), options);
    byId("search").addEventListener("keydown", (event) => event.key === "ArrowDown" && this.focus(event), options);
    byId("order").addEventListener("change", (event) => this.does.show({ order: event.target.value }), options);
  }

  stop() {
    clearTimeout(this.#searching);
    this.listeners.abort();
    byId("search").value = "";
    keyed(this.list, [], {});
  }

  focus(event) {
    event?.preventDefault();
    this.list.focus();
  }

  render(state) {
    this.#renderTabs(state);
    byId("order").value = state.order;
    const shown = shownConversations(state);
    this.ids = shown.map((one) => one.id);
    if (!this.ids.includes(this.#active)) this.#active = this.ids.includes(state.selected) ? state.selected : (this.ids[0] ?? null);
    keyed(this.list, shown, {
      key: (one) => one.id,
      signature: (one) => [one, one.id === state.selected, this.#operator(one, state), queueLine(one, state)],
      make: (one) => this.#option(one, state),
    });
    this.#renderActive();
    this.#renderNote(state, shown.length);
    this.#onScroll();
  }

  #renderTabs(state) {
    const all = counts(state);
    for (const tab of this.tabs) {
      const { open, unread, more } = all[tab.dataset.view];
      const chosen = tab.dataset.view === state.view;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      tab.classList.toggle("has-unread", unread > 0);
      tab.querySelector(".count").textContent = `${open}${more ? "+" : ""}`;
    }
    this.panel.setAttribute("aria-labelledby", `tab-${state.view}`);
    inboxTitle.value = { unread: all.mine.unread, workspace: state.workspace?.name ?? null };
  }

  /** In "all": who has it. */
  #operator(conversation, state) {
    if (state.view !== "all") return "";
    if (conversation.operator_id === null) return "Unassigned";
    return conversation.operator_id === state.me.id ? "You" : (state.operators.get(conversation.operator_id)?.name ?? "");
  }

  #option(conversation, state) {
    const name = displayName(conversation);
    const last = conversation.last_message;
    const at = last?.at ?? conversation.opened_at;
    const operator = this.#operator(conversation, state);
    const queue = queueLine(conversation, state);
    const chosen = conversation.id === state.selected;
    const count = conversation.unread > UNREAD_SHOWN ? `${UNREAD_SHOWN}+` : conversation.unread;
    const preview = last ? last.preview || "Deleted message" : "";
    return el(
      "li",
      {
        role: "option", id: `option-${conversation.id}`, "aria-selected": String(chosen), dataset: { id: conversation.id },
        class: `row${conversation.unread ? " unread" : ""}${chosen ? " chosen-row" : ""}`,
      },
      avatar(name, conversation.contact.id),
      el(
        "div",
        { class: "row-text" },
        el(
          "p",
          { class: "row-top" },
          el("strong", { class: "name", text: name, dir: "auto", title: displayNumber(conversation.identity) }),
          el("time", { datetime: at, dataset: { age: at }, text: shortAge(at, serverNow()), title: fullTime(at) }),
        ),
        el(
          "p",
          { class: "row-bottom" },
          last?.direction === "out" && el("span", { class: "soft", text: "↩ ", "aria-hidden": "true" }),
          el("span", { class: "preview", text: preview, dir: "auto" }),
          count > 0 || typeof count === "string"
            ? el("span", { class: "badge", text: count, "aria-label": `${conversation.unread} unread` })
            : null,
        ),
        el(
          "p",
          { class: "row-tags small" },
          el("span", { class: `kind kind-${conversation.channel.kind}`, text: kindName(conversation.channel.kind) }),
          queue && el("span", { class: "queue-line", text: queue, dir: "auto" }),
          operator && el("span", { class: "soft", text: operator, dir: "auto" }),
        ),
      ),
    );
  }

  #renderNote(state, count) {
    const list = state.lists[listKey(state.view, state.order, state.search)];
    const empty = {
      mine: "You have no open conversations. Assign one to yourself under “Unassigned”.",
      unassigned: "Nobody waits. New conversations appear here by themselves.",
      all: "There are no open conversations.",
    };
    let text = "";
    if (!list?.loaded || list.loading) text = "Loading…";
    else if (!count) text = state.search.trim() ? "Nothing found." : empty[state.view];
    byId("list-note").textContent = text;
  }

  #renderActive() {
    for (const row of this.list.children) row.classList.toggle("active", row.dataset.id === this.#active);
    if (this.#active) this.list.setAttribute("aria-activedescendant", `option-${this.#active}`);
    else this.list.removeAttribute("aria-activedescendant");
  }

  #choose(tab) {
    this.#active = null;
    this.panel.scrollTop = 0;
    this.does.show({ view: tab.dataset.view });
  }

  #onTabKey(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return void (event.key === "ArrowDown" && this.focus(event));
    const at = this.tabs.findIndex((tab) => tab.tabIndex === 0);
    const next = this.tabs[(at + step + this.tabs.length) % this.tabs.length];
    this.#choose(next);
    next.focus();
    event.preventDefault();
  }

  #onKey(event) {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (this.#active) this.does.open(this.#active);
      return;
    }
    const last = this.ids.length - 1;
    const at = this.ids.indexOf(this.#active);
    const to = { ArrowDown: Math.min(at + 1, last), ArrowUp: Math.max(at - 1, 0), Home: 0, End: last }[event.key];
    if (to === undefined || last < 0) return;
    event.preventDefault();
    this.#active = this.ids[to];
    this.#renderActive();
    byId(`option-${this.#active}`)?.scrollIntoView({ block: "nearest" });
  }

  #onClick(event) {
    const row = event.target.closest("[role=option]");
    if (!row) return;
    this.#active = row.dataset.id;
    this.#renderActive();
    this.does.open(row.dataset.id);
  }

  #onScroll() {
    const { scrollTop, clientHeight, scrollHeight } = this.panel;
    if (scrollTop + clientHeight > scrollHeight - NEAR_END) this.does.more();
  }

  #onSearch() {
    clearTimeout(this.#searching);
    this.#searching = setTimeout(() => this.does.show({ search: byId("search").value }), SEARCH_PAUSE);
  }
}
