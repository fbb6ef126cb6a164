// The list of conversations: tabs, search, order, filters, keyboard, pages that come when scrolled to.

import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { here, session } from "../../core/session.ts";
import { shownConversations, shownKey, type State } from "../../core/store.js";
import { language, t } from "../../core/words.ts";
import { useNow } from "../../frame/use_now.ts";
import { useStore } from "../../frame/use_store.ts";
import { Icon } from "../../ui/icon.tsx";
import { beginConversation } from "../starting.ts";
import { lazy } from "../../ui/lazy.tsx";
import { queueLine } from "../team.js";
import type { Conversation } from "../types.ts";
import { picked, searched, theList, togglePicked, toList } from "./actions.ts";
import { BulkBar } from "./bulk.tsx";
import { Filters, FilterButton } from "./filters.tsx";
import { asBefore } from "./order_kept.ts";
import { ReadyOffer } from "./ready_offer.tsx";
import { Row } from "./row.tsx";
import { Tabs, type View } from "./tabs.tsx";
import { partOf, scrollFor, type Part, type Seen } from "./window_of.ts";

const MINUTE = 60_000;
const SEARCH_PAUSE = 250;
const NEAR_END = 300;
const LEAST_SEARCHED = 2; // letters

const Found = lazy(() => import("./found.tsx"));

export function ListPane() {
  return session.value ? <Pane key={session.value.me.id} /> : null;
}

function Pane() {
  return (
    <>
      <ReadyOffer />
      <div class="tools">
        <Search />
        <Order />
        <FilterButton />
        <button type="button" class="quiet" id="begin" aria-label={t("starting.title")} title={t("starting.title")} onClick={() => beginConversation()}>
          <Icon name="plus" />
        </button>
      </div>
      <Filters />
      {searched.value === null ? (
        <>
          <Tabs />
          <Everywhere />
          <List />
          <BulkBar />
        </>
      ) : <Found wanted={searched.value} onClose={leaveSearch} />}
    </>
  );
}

function leaveSearch(): void {
  searched.value = null;
  document.getElementById("search")?.focus();
}

/** The way from a search by name to one over everything. */
function Everywhere() {
  const search: string = useStore((state) => state.search.trim());
  if (search.length < LEAST_SEARCHED) return null;
  return <button type="button" id="search-all" class="search-all" onClick={() => { searched.value = search; }}><Icon name="search" />{t("list.search_all", { q: search })}</button>;
}

function Search() {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const typed = (search: string) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => theList().show({ search }), SEARCH_PAUSE);
    searched.value = null;
  };
  const pressed = (event: KeyboardEvent & { currentTarget: HTMLInputElement }) => {
    const wanted = event.currentTarget.value.trim();
    if (event.key === "ArrowDown") toList(event);
    else if (event.key === "Enter" && wanted.length >= LEAST_SEARCHED) searched.value = wanted;
  };
  return (
    <input
      id="search" type="search" autocomplete="off" placeholder={t("list.search")} aria-label={t("list.search_label")}
      onInput={(event) => typed(event.currentTarget.value)} onKeyDown={pressed}
    />
  );
}

function Order() {
  const order: string = useStore((state) => state.order);
  return (
    <select id="order" aria-label={t("list.order")} value={order} onChange={(event) => theList().show({ order: event.currentTarget.value })}>
      {(["newest", "oldest", "waiting", "due"] as const).map((one) => <option key={one} value={one}>{t(`list.orders.${one}`)}</option>)}
    </select>
  );
}

/** What is shown: drawn anew where something of it has changed; in the order of before while the pointer is over it. */
function useShown(): { shown: Conversation[]; onPointer: (over: boolean) => void } {
  const state: State = useStore((all) => all);
  const { conversations, view, order, search, filter, topics } = state;
  const [over, setOver] = useState(false);
  const before = useRef<string[]>([]);
  const key = shownKey(state);
  const keptFor = useRef(key);
  const sorted: Conversation[] = useMemo(() => shownConversations(state), [conversations, view, order, search, filter, topics]);
  const shown = over && keptFor.current === key ? asBefore(sorted, before.current) : sorted;
  useLayoutEffect(() => {
    before.current = shown.map((one) => one.id);
    keptFor.current = key;
  });
  return { shown, onPointer: setOver };
}

/** The part of a long list that is in the page. Every row is as high as the first (style.css). */
function usePart(count: number, panel: { current: HTMLDivElement | null }) {
  const seen = useRef<Seen>({ top: 0, height: 0, row: 0 });
  const [, draw] = useState<Part | null>(null);
  const part = partOf(count, seen.current);
  const drawn = useRef(part);
  drawn.current = part;
  const counted = useRef(count);
  counted.current = count;
  const look = useCallback((measure: boolean) => {
    if (!panel.current) return seen.current; // the last that is told of it, gone already
    const { scrollTop: top, clientHeight: height } = panel.current;
    const row = measure ? panel.current.querySelector("[role=option]")?.getBoundingClientRect().height ?? 0 : seen.current.row;
    seen.current = { top, height, row };
    const next = partOf(counted.current, seen.current);
    if (next.from !== drawn.current.from || next.to !== drawn.current.to) draw(next);
    return seen.current;
  }, []);
  useEffect(() => {
    const observer = new ResizeObserver(() => look(true));
    observer.observe(panel.current!);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (count && !seen.current.row) look(true);
  }, [count]);
  return { part, look, row: seen.current.row };
}

function List() {
  const { store } = here();
  const { shown, onPointer } = useShown();
  const selected: string | null = useStore((state) => state.selected);
  const view = useStore((state) => state.view as View);
  const places = useStore((state) => state.places);
  const operators = useStore((state) => state.operators);
  const queues = useStore((state) => state.queues);
  const [wished, setActive] = useState<string | null>(null);
  const panel = useRef<HTMLDivElement>(null);
  const minute = Math.floor(useNow(MINUTE / 4) / MINUTE);
  const { part, look, row } = usePart(shown.length, panel);
  const has = (id: string | null) => id !== null && shown.some((one) => one.id === id);
  const active = has(wished) ? wished : has(selected) ? selected : (shown[0]?.id ?? null);
  const inPage = shown.slice(part.from, part.to);
  const lines = useMemo(() => new Map(inPage.map((one) => [one.id, [nameOfHolder(one, store.state), queueLine(one, store.state)] as const])), [shown, part.from, part.to, places, operators, queues, view, language.value]);

  useEffect(() => near(panel.current!));
  useEffect(() => {
    panel.current!.scrollTop = 0;
    setActive(null);
  }, [view]);

  function pressed(event: KeyboardEvent) {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (active) act(active);
      return;
    }
    if (event.key === "Escape" && picked.value) {
      picked.value = null;
      event.stopPropagation();
      return;
    }
    const last = shown.length - 1;
    const at = shown.findIndex((one) => one.id === active);
    const to = { ArrowDown: Math.min(at + 1, last), ArrowUp: Math.max(at - 1, 0), Home: 0, End: last }[event.key];
    if (to === undefined || last < 0) return;
    event.preventDefault();
    setActive(shown[to]!.id);
    const top = scrollFor(to, look(false));
    if (top !== null) panel.current!.scrollTop = top;
  }

  function clicked(event: MouseEvent) {
    const id = (event.target as Element).closest<HTMLElement>("[role=option]")?.dataset["id"];
    if (!id) return;
    setActive(id);
    if ((event.ctrlKey || event.metaKey) && !picked.value) picked.value = new Set();
    act(id);
  }

  return (
    <div id="list-panel" class="list-panel" role="tabpanel" aria-labelledby={`tab-${view}`} ref={panel} onScroll={(event) => { look(false); near(event.currentTarget); }}>
      <ul
        id="list" class="list" role="listbox" tabIndex={0} aria-label={t("list.title")} {...(picked.value && { "aria-multiselectable": true })}
        {...(active && inPage.some((one) => one.id === active) && { "aria-activedescendant": `option-${active}` })} onKeyDown={pressed} onClick={clicked}
        onPointerEnter={(event) => onPointer(event.pointerType === "mouse")} onPointerLeave={() => onPointer(false)}
      >
        <Space key="above" height={part.from * row} />
        {inPage.map((one, n) => (
          <Row
            key={one.id} conversation={one} place={part.from + n + 1} of={shown.length === inPage.length ? 0 : shown.length} chosen={one.id === selected} active={one.id === active} picked={picked.value?.has(one.id) ?? null}
            operator={lines.get(one.id)![0]} queue={lines.get(one.id)![1]} minute={minute} language={language.value}
          />
        ))}
        <Space key="below" height={(shown.length - part.to) * row} />
      </ul>
      <Note empty={!shown.length} />
    </div>
  );
}

/** The room of the rows that are not in the page. Of an element of its own: padding would keep the browser from holding the rows still. */
function Space({ height }: { height: number }) {
  return height > 0 ? <li role="presentation" style={{ height: `${height}px` }} /> : null;
}

const act = (id: string) => (picked.value ? togglePicked(id) : theList().open(id));

/** Where the end is near, more is read. */
function near({ scrollTop, clientHeight, scrollHeight }: HTMLElement): void {
  if (scrollTop + clientHeight > scrollHeight - NEAR_END) theList().more();
}

/** Who has it, where the tab does not say it. */
function nameOfHolder(one: Conversation, state: State): string {
  if (state.view !== "all" && state.view !== "closed") return "";
  if (one.operator_id === null) return state.view === "closed" ? "" : t("list.unassigned");
  return one.operator_id === state.me.id ? t("list.you") : (state.operators.get(one.operator_id)?.name ?? "");
}

function Note({ empty }: { empty: boolean }) {
  const list = useStore((state: State) => (state.lists as Record<string, { loaded?: boolean; loading?: boolean } | undefined>)[shownKey(state)]);
  const view = useStore((state) => state.view as View);
  const narrowed: boolean = useStore((state) => Boolean(state.search.trim()) || Object.keys(state.filter).length > 0);
  let text = "";
  if (!list?.loaded || list.loading) text = t("ui.loading");
  else if (empty) text = narrowed ? t("list.nothing") : t(`list.empty.${view}`);
  return <p id="list-note" class="empty">{text}</p>;
}
