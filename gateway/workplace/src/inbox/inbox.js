// The signed-in inbox: the panes, what people do in them, and the state between.

import { effect, untracked } from "@preact/signals";
import { closeConversation } from "./closing.ts";
import { Composer } from "./composer.js";
import { DraftKeeper } from "./draft_keeper.js";
import { keptFor } from "../core/kept.js";
import { t } from "../core/say.ts";
import { askHelp, readHelpers } from "./helped.js";
import { language } from "../core/words.ts";
import { picked, setListActions } from "./list/actions.ts";
import { addressedConversation, ListPlace } from "./list/list_place.js";
import { changeScheduled, showDetails } from "./message_open.ts";
import { notify } from "../frame/notices.js";
import { phone } from "../frame/phone.ts";
import { Sending } from "../core/sending.js";
import { StatusBar } from "../frame/status.js";
import { displayName, initialState, putConversation, seenSeq, Store, withEntry, withMessage, withoutClosed, withThreadLoading, withThreadPage } from "../core/store.js";
import { TemplateOffer } from "./offer_place.js";
import { Sync } from "../core/sync.js";
import { detailsOpen } from "./panes.ts";
import { showThread } from "./thread/absence.js";
import { setThreadActions, toEnd } from "./thread/actions.ts";

const PAGE = 50;
const TICK = 15_000; // relative times and the reply window's clock

const byId = (id) => document.getElementById(id);

export class Inbox {
  #drawing = false;
  #reading = new Map(); // conversation id → newest message that it was marked as read with

  constructor(api, me, token, { signOut, expired }) {
    this.api = api;
    this.store = new Store(initialState(me));
    this.place = keptFor(me.id, "place");
    this.listeners = new AbortController();
    this.app = byId("app");
    this.sync = new Sync(api, this.store, token, { reload: () => this.#readNewest(), expired, failed: this.#failed });
    this.sending = new Sending(api, this.store, keptFor(me.id, "unsent"), (id) => this.sync.refresh(id));
    this.list = new ListPlace(api, this.store, this.sync, this.#failed);
    setListActions({ open: (id) => this.open(id), show: (what) => this.list.show(what), more: () => this.list.more() });
    setThreadActions(this.#threadActions());
    this.composer = new Composer(this.store, this.#composerActions(), keptFor(me.id, "drafts"), { offer: this.#templateOffer(), server: new DraftKeeper(api) });
    this.status = new StatusBar({ setStatus: (status, next) => this.#setStatus(status, next) });
    this.#begin(me, signOut);
  }

  #begin(me, signOut) {
    const options = { signal: this.listeners.signal };
    byId("sign-out").addEventListener("click", signOut, options);
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.#back(), options);
    this.store.subscribe(() => this.#draw());
    this.ticking = setInterval(() => this.#tick(), TICK);
    const { view = "mine", selected = null } = this.place.load() ?? {};
    this.store.set({ view, selected: addressedConversation() ?? selected });
    this.#pane(this.store.state.selected ? "thread" : "list");
    const follow = [effect(() => this.#follow(addressedConversation())), this.list.follow()];
    this.stopFollowing = () => follow.forEach((stop) => stop());
    this.stopLanguage = effect(() => language.value && untracked(() => this.#drawAnew()));
    this.stopPhone = effect(() => phone.value !== undefined && untracked(() => this.#pane(this.app.dataset.pane)));
    this.stopDetails = effect(() => this.#details(detailsOpen.value));
    readHelpers(this.api, this.store);
    this.sending.resume();
    this.sync.start().catch(this.#failed);
  }

  stop() {
    clearInterval(this.ticking);
    this.stopFollowing();
    this.stopDetails();
    this.stopPhone();
    this.stopLanguage();
    this.listeners.abort();
    picked.value = null;
    this.stopped = true;
    byId("announcer").textContent = "";
    for (const part of [this.sync, this.sending, this.composer, this.status]) part.stop();
    for (const box of document.querySelectorAll("dialog")) box.close();
  }

  // Drawing: once for all changes of a moment

  #draw() {
    if (this.#drawing || this.stopped) return;
    this.#drawing = true;
    const draw = () => {
      this.#drawing = false;
      if (!this.stopped) this.#render(this.store.state);
    };
    if (document.hidden) setTimeout(draw, 200); // a hidden page gets no animation frames
    else requestAnimationFrame(draw);
  }

  #render(state) {
    byId("workspace").textContent = state.workspace?.name ?? "";
    const line = byId("connection");
    const said = t(`connection.${state.connection}`);
    if (line.textContent !== said) line.textContent = said;
    line.dataset.state = state.connection;
    this.composer.render(state);
    showThread(state);
    this.#readMissing(state);
    this.status.render(state);
    this.place.save({ view: state.view, selected: state.selected });
  }

  /** In another language all of it is other. */
  #drawAnew() {
    const { me } = this.store.state;
    byId("who").textContent = `${me.name} (${t(`roles.${me.role}`).toLocaleLowerCase()})`;
    this.status.stop();
    this.#draw();
  }

  #tick() {
    this.#draw();
  }

  // Choosing

  /** Each conversation has an address, so that Back and a link lead to it. */
  open(id) {
    if (addressedConversation() === id) this.#show(id);
    else this.list.goBeside(`/conversations/${id}`);
  }

  #follow(id) {
    if (id && id !== this.store.state.selected) untracked(() => this.#show(id));
    else this.#pane(id ? "thread" : "list");
  }

  #show(id) {
    this.store.set((state) => withoutClosed({ ...state, selected: id, gone: null, earlier: state.selected === id ? state.earlier : null }));
    this.#pane("thread");
    if (!this.store.state.conversations.has(id)) this.sync.refresh(id);
    if (!this.store.state.threads.get(id)?.loaded) this.#readNewest();
    this.#render(this.store.state);
    toEnd();
    const touch = matchMedia("(hover: none) and (pointer: coarse)").matches; // the keyboard would cover the thread
    if (touch || !this.composer.focus()) byId("thread-pane").focus();
  }

  #back() {
    if (detailsOpen.value) return void (detailsOpen.value = false);
    this.#pane("list");
    this.list.goBeside("/");
    byId("list")?.focus();
  }

  #pane(name) {
    this.app.dataset.pane = name;
    byId("list-pane").role = phone.value && name === "list" ? "main" : "region"; // what is alone on the screen is its main part
  }

  /** Opened, the side has the focus; closed, what opened it. */
  #details(open) {
    if (open === this.app.classList.contains("with-details")) return;
    this.app.classList.toggle("with-details", open);
    if (open) byId("details-pane").querySelector("button")?.focus();
    else byId("details-toggle")?.focus();
  }

  // The thread's newest page

  /** What was out of sight for a moment has lost its thread. */
  #readMissing({ selected, conversations, threads }) {
    if (conversations.has(selected) && !threads.has(selected)) this.#readNewest();
  }

  /** Only the open thread is kept: others would have to be read again anyway where events were missed. */
  async #readNewest() {
    const id = this.store.state.selected;
    if (!id) return;
    this.store.set((state) => withThreadLoading({ ...state, threads: new Map(), earlier: null }, id, true));
    await this.#readPage(id);
  }

  async #readPage(id) {
    try {
      const page = await this.api.messages(id, { limit: PAGE });
      this.store.set((state) => (state.threads.has(id) ? withThreadPage(state, id, page.items, page.next_cursor === null) : state));
    } catch (problem) {
      this.store.set((state) => withThreadLoading(state, id, false));
      if (problem.status === 404) this.sync.refresh(id);
      else this.#failed(problem);
    }
  }

  // Doing

  #threadActions() {
    return {
      back: () => this.#back(),
      seen: () => this.#seen(),
      toggleDetails: () => void (detailsOpen.value = !detailsOpen.value),
      assign: () => this.#assign(this.store.state.me.id),
      takeOver: () => this.#assign(this.store.state.me.id),
      transfer: () => this.#transfer(),
      close: () => closeConversation(this.store.state.selected),
      read: () => this.#read(this.store.state.selected),
      retry: (message) => this.#retry(message),
      withdraw: (message) => this.#withdraw(message),
      details: showDetails,
      reschedule: changeScheduled,
      reply: (message) => this.composer.reply(message),
      edit: (item) => this.composer.edit(this.sending.discard(this.store.state.selected, item.key)),
      help: (message, kind) => askHelp(this.api, this.store, message, kind),
      discard: (item) => this.sending.discard(this.store.state.selected, item.key),
      link: (fileId) => this.api.fileLink(fileId).then(({ url }) => url, () => null),
      fetchFile: (fileId) => this.api.fetchFile(fileId).catch(this.#failed),
    };
  }

  #composerActions() {
    return {
      send: (id, content, replyTo) => this.sending.send(id, content, replyTo),
      typing: (id) => this.sync.typing(id),
      upload: (...given) => this.api.upload(...given),
      escape: () => this.#back(),
    };
  }

  /** What another operator has can only be taken over: that has to be said, it does not happen by mistake. */
  async #assign(operatorId) {
    const conversation = this.#selected();
    const take_over = conversation.operator_id !== null;
    await this.#change(() => this.api.assign(conversation.id, { operator_id: operatorId, ...(take_over && { take_over }) }), {
      not_found: t("side.taken"),
    });
    if (operatorId === this.store.state.me.id) this.composer.focus();
  }

  async #transfer() {
    const conversation = this.#selected();
    const { openTransfer } = await import("./transfer.js");
    openTransfer(this.api, conversation, displayName(conversation), () => this.sync.refresh(conversation.id)); // it may be out of our sight now
  }

  async #setStatus(status, next) {
    try {
      const me = await this.api.setStatus(status, next);
      this.store.set((state) => ({ ...state, operators: withEntry(state.operators, me.id, me) }));
    } catch (problem) {
      this.#failed(problem);
      this.status.stop(); // drawn anew, it shows again what is true
      this.#draw();
    }
  }

  /** The newest messages are in front of the operator who has the conversation: they are read. */
  #seen() {
    const conversation = this.#selected();
    const { me, threads } = this.store.state;
    const newest = seenSeq(threads.get(conversation?.id));
    if (!conversation?.unread || conversation.operator_id !== me.id || conversation.state === "closed") return;
    if (!newest || this.#reading.get(conversation.id) === newest) return;
    this.#reading.set(conversation.id, newest);
    this.#read(conversation.id);
  }

  #read(id) {
    return this.#change(() => this.api.markRead(id));
  }

  async #retry(message) {
    try {
      const again = await this.api.retry(message.id, `retry-${message.id}`);
      this.store.set((state) => withMessage(state, again));
    } catch (problem) {
      this.#failed(problem);
    }
  }

  #templateOffer() {
    return new TemplateOffer(this.api, byId("template-offer"), (message) => this.store.set((state) => withMessage(state, message)));
  }

  async #withdraw(message) {
    try {
      await this.api.withdraw(message.id);
    } catch (problem) {
      this.#failed(problem);
    }
  }

  async #change(request, words = {}) {
    try {
      const view = await request();
      if (view) this.store.set((state) => putConversation(state, view));
      this.#render(this.store.state);
    } catch (problem) {
      notify(words[problem.code] ?? problem.message);
      if (problem.status === 409 || problem.status === 404) this.sync.refresh(this.store.state.selected);
    }
  }

  #selected() {
    return this.store.state.conversations.get(this.store.state.selected);
  }

  #failed = (problem) => {
    if (!this.stopped && problem.status !== 401) notify(problem.message);
  };
}
