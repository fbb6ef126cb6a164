// The thread of the chosen conversation: its head, its messages by `seq`, and where one is in it.

import { serverNow } from "../core/clock.js";
import { avatar, el, icon, keyed } from "../core/dom.js";
import { shownPending } from "../core/events.js";
import { showPictures } from "./lightbox.js";
import { kindName } from "./kind_name.ts";
import { albumElement, messageElement, namesIn, pendingElement } from "./message.js";
import { t } from "../core/say.ts";
import { displayName, displayNumber, mayTakeOver } from "../core/store.js";
import { dayName, sameDay } from "../core/time.js";

const AT_END = 60; // pixels from the end that still count as there
const NEAR_START = 200;

const byId = (id) => document.getElementById(id);

export class ThreadPane {
  #shown = null; // id of the conversation that was rendered last
  #atEnd = true;

  /** `does` has back(), older(), seen(), toggleDetails(), assign(), takeOver(), transfer(), close(), read(), retry(message), reply(message), edit(item), discard(item). */
  constructor(store, does) {
    this.store = store;
    this.does = { ...does, show: (id) => this.#showMessage(id) };
    this.scroll = byId("scroll");
    this.listeners = new AbortController();
    const options = { signal: this.listeners.signal };
    this.scroll.addEventListener("scroll", () => this.#onScroll(), { ...options, passive: true });
    byId("back").replaceChildren(icon("back"));
    byId("back").addEventListener("click", () => this.does.back(), options);
    byId("details-toggle").replaceChildren(icon("info"));
    byId("details-toggle").addEventListener("click", () => this.does.toggleDetails(), options);
    byId("jump").addEventListener("click", () => this.toEnd(), options);
    showPictures(byId("messages"), options);
    document.addEventListener("visibilitychange", () => this.#onScroll(), options);
    this.resized = new ResizeObserver(() => this.#atEnd && this.toEnd());
    this.resized.observe(this.scroll);
    this.resized.observe(byId("messages")); // pictures get their height when they are loaded
  }

  stop() {
    this.listeners.abort();
    this.resized.disconnect();
    this.forget();
    for (const id of ["head-name", "head-line", "head-avatar", "announcer"]) byId(id).textContent = "";
  }

  /** What is drawn next is drawn anew. */
  forget() {
    keyed(byId("messages"), [], {});
    keyed(byId("head-actions"), [], {});
  }

  /** Are the newest messages on the screen, in front of a person? */
  get atEnd() {
    return this.#atEnd && document.visibilityState === "visible" && !byId("thread").hidden;
  }

  toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  render(state) {
    const conversation = state.conversations.get(state.selected);
    byId("thread").hidden = !conversation;
    byId("no-thread").hidden = Boolean(conversation);
    if (!conversation) return this.#renderNothing(state);
    const fresh = this.#shown !== conversation.id;
    this.#shown = conversation.id;
    if (fresh) this.#atEnd = true;
    this.#renderHead(conversation, state);
    this.#renderMessages(conversation, state);
  }

  #renderNothing(state) {
    this.#shown = null;
    keyed(byId("messages"), [], {});
    byId("no-thread").firstElementChild.textContent = absence(state);
  }

  #renderHead(conversation, state) {
    const name = displayName(conversation);
    byId("head-avatar").replaceChildren(avatar(name, conversation.contact.id));
    byId("head-name").textContent = name;
    const where = `${displayNumber(conversation.identity)} · ${conversation.channel.name || kindName(conversation.channel.kind)}`;
    const others = conversation.control?.ours === false ? `${t("thread.agent_answers")} · ` : "";
    byId("head-line").textContent = state.typing === conversation.id ? t("thread.types") : others + where;
    const actions = actionsFor(conversation, state.me);
    keyed(byId("head-actions"), actions, {
      key: (one) => one.name,
      signature: (one) => [one.text],
      make: (one) => el("button", {
        type: "button", text: one.text, class: one.main ? "primary" : "", dataset: { action: one.name, focus: one.name },
        on: { click: () => this.does[one.name]() },
      }),
    });
  }

  #renderMessages(conversation, state) {
    const thread = state.threads.get(conversation.id);
    const messages = thread?.messages ?? [];
    const waiting = shownPending(state.pending.get(conversation.id));
    const before = { height: this.scroll.scrollHeight, top: this.scroll.scrollTop, newest: this.newest, oldest: this.oldest };
    keyed(byId("messages"), this.#rows(messages, waiting, conversation, state), {
      key: (one) => one.key,
      signature: (one) => one.values,
      make: (one) => one.make(),
    });
    byId("older").textContent = olderText(thread);
    this.newest = messages.at(-1)?.id;
    this.oldest = messages[0]?.id;
    const grewAbove = before.oldest && this.oldest !== before.oldest && messages.some((one) => one.id === before.oldest);
    if (this.#atEnd || waiting.length > (this.waiting ?? 0)) this.toEnd();
    else if (grewAbove) this.scroll.scrollTop = before.top + this.scroll.scrollHeight - before.height;
    else if (before.newest !== this.newest) this.#offerJump();
    this.waiting = waiting.length;
    this.#onScroll();
  }

  /** Messages, the lines between days, and what waits: each with all that its looks depend on. */
  #rows(messages, waiting, conversation, state) {
    const byMessageId = new Map(messages.map((one) => [one.id, one]));
    const retried = new Set(messages.map((one) => one.retry_of).filter(Boolean));
    const customer = displayName(conversation);
    const mayWrite = conversation.operator_id === state.me.id && conversation.state !== "closed";
    const rows = [];
    let day = null;
    for (const message of messages) {
      const at = message.created_at;
      if (!day || !sameDay(day, at)) rows.push(dayRow(at));
      day = at;
      const context = { me: state.me, operators: state.operators, customer, mayWrite };
      context.quoted = byMessageId.get(message.reply_to);
      context.retried = retried.has(message.id);
      context.helpers = state.helpers;
      context.helped = state.helped.get(message.id);
      const values = [state.helpers, context.helped, message, customer, mayWrite, context.quoted, context.retried, namesIn(message, context)];
      const part = { message, values, make: () => messageElement(message, context, this.does) };
      const album = message.group_id && rows.at(-1)?.group === message.group_id ? rows.pop() : null;
      rows.push(row(album ? [...album.parts, part] : [part]));
    }
    for (const item of waiting) {
      rows.push({ key: item.key, values: [item], make: () => pendingElement(item, this.does) });
    }
    return rows;
  }

  #offerJump() {
    byId("jump").replaceChildren(icon("down"), t("thread.new"));
    byId("jump").hidden = false;
  }

  #onScroll() {
    const { scrollTop, clientHeight, scrollHeight } = this.scroll;
    this.#atEnd = scrollTop + clientHeight >= scrollHeight - AT_END;
    if (this.#atEnd) byId("jump").hidden = true;
    if (!this.#shown) return;
    if (scrollTop < NEAR_START) this.does.older();
    if (this.atEnd) this.does.seen();
  }

  #showMessage(id) {
    const found = [...byId("messages").querySelectorAll("[data-id]")].find((one) => one.dataset.id === id);
    found?.scrollIntoView({ block: "center" });
    found?.classList.add("shown");
    setTimeout(() => found?.classList.remove("shown"), 1500);
  }
}

function absence({ selected, gone, operators }) {
  if (!selected) return t("thread.choose");
  if (gone?.id !== selected) return t("ui.loading");
  const operator = operators.get(gone.operator_id);
  return operator ? t("thread.theirs_now", { name: operator.name }) : t("thread.gone");
}

function dayRow(at) {
  const text = dayName(at, serverNow());
  return { key: `day ${at}`, values: [text], make: () => el("li", { class: "day" }, el("span", { text })) };
}

/** A message, or an album: those that stand together and belong together. */
function row(parts) {
  const [{ message, values, make }] = parts;
  const one = { key: message.id, group: message.group_id, parts, values, make };
  if (parts.length === 1) return one;
  const makeAll = () => albumElement(message.direction, parts.map((part) => part.make()));
  return { ...one, values: parts.flatMap((part) => part.values), make: makeAll };
}

function olderText(thread) {
  if (!thread?.loaded || thread.loading) return t("ui.loading");
  return thread.complete ? t("thread.beginning") : "";
}

/** What may be done with a conversation; the server has the last word. */
function actionsFor(conversation, me) {
  if (conversation.state === "closed") return [];
  const mine = conversation.operator_id === me.id;
  const free = conversation.operator_id === null;
  const actions = [];
  if (free) actions.push({ name: "assign", text: t("actions.assign"), main: true });
  if (!free && !mine && mayTakeOver(me)) actions.push({ name: "takeOver", text: t("actions.take_over"), main: true });
  if (free || mine || mayTakeOver(me)) actions.push({ name: "transfer", text: t("actions.transfer") });
  if (conversation.unread > 0 && !mine) actions.push({ name: "read", text: t("actions.read") });
  if (free || mine || mayTakeOver(me)) actions.push({ name: "close", text: t("actions.close") });
  return actions;
}
