// The thread of the chosen conversation: its head, its messages by `seq`, and where one is in it.

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { shownPending } from "../../core/events.js";
import { atLeast } from "../../core/rights.ts";
import { here, session } from "../../core/session.ts";
import { displayName, type State } from "../../core/store.js";
import { t } from "../../core/words.ts";
import { useStore } from "../../frame/use_store.ts";
import { Icon } from "../../ui/icon.tsx";
import { showPictures } from "./pictures.ts";
import type { Conversation } from "../types.ts";
import { setEnd, threadActions } from "./actions.ts";
import { mayReact } from "./acts.ts";
import { type Around, AroundMessages } from "./around.ts";
import { Beside } from "./beside.tsx";
import { Head } from "./head.tsx";
import { PartOf } from "./messages.tsx";
import { type Names, namesOf, sameNames } from "./names.ts";
import type { Earlier } from "./earlier.ts";
import { Place } from "./place.ts";
import { type Part, partsOf, rowsOf, type PendingRow } from "./rows.ts";
import type { Helped, Message, Pending } from "./types.ts";

const NEAR_START = 200;
const NOTHING: never[] = [];

interface Read {
  messages: Message[];
  complete: boolean;
  loaded: boolean;
  loading: boolean;
}

type Workspace = { settings: { masked_roles?: string[] } } | null;

export function Thread() {
  return session.value ? <Chosen key={session.value.me.id} /> : null;
}

function Chosen() {
  const conversation: Conversation | undefined = useStore((state) => state.conversations.get(state.selected));
  if (!conversation) return null;
  return (
    <>
      <Head conversation={conversation} />
      <Beside conversation={conversation} />
      <Messages key={conversation.id} conversation={conversation} />
    </>
  );
}

function Messages({ conversation }: { conversation: Conversation }) {
  const { id } = conversation;
  const read: Read | undefined = useStore((state) => state.threads.get(id));
  const parts = useParts(id, read?.messages ?? NOTHING);
  const earlier: Earlier | null = useStore((state) => above(state.earlier, id));
  const { scroll, list, place, missed } = usePlace(id, read, parts);
  return (
    <>
      <div ref={scroll} id="scroll" class="scroll" tabIndex={0} role="region" aria-label={t("thread.messages")}>
        <p id="older" class="soft small centre-line" role="status">{olderText(read, earlier)}</p>
        <div ref={list} id="messages" class="messages">
          <AroundMessages.Provider value={useAroundOf(conversation)}>
            {parts.map((part) => <PartOf key={part.key} part={part} />)}
          </AroundMessages.Provider>
        </div>
      </div>
      <div class="jump-place">
        {missed && <button id="jump" type="button" class="jump" onClick={() => place()?.toEnd()}><Icon name="down" />{t("thread.new")}</button>}
      </div>
    </>
  );
}

/** The thread in parts; those of before, where they are the same. */
function useParts(id: string, messages: Message[]): Part[] {
  const helped: ReadonlyMap<string, Helped> = useStore((state) => state.helped);
  const pending: Pending[] | undefined = useStore((state) => state.pending.get(id));
  const earlier: Earlier | null = useStore((state) => above(state.earlier, id));
  const before = useRef<Part[]>([]);
  const past = earlier?.messages ?? NOTHING;
  const rows = useMemo(() => rowsOf(past.length ? [...past, ...messages] : messages, helped), [past, messages, helped]);
  const gapAbove = earlier && !earlier.joined ? (messages[0]?.id ?? null) : null;
  const waiting = useMemo(() => shownPending(pending).map((item: Pending): PendingRow => ({ kind: "pending", key: item.key, item })), [pending]);
  return useMemo(() => (before.current = partsOf(rows, waiting, before.current, { current: id, gapAbove })), [rows, waiting, gapAbove]);
}

/** What messages are drawn with: the same as before, unless something that one can see has changed. */
function useAroundOf(conversation: Conversation): Around {
  const { me } = here();
  const helpers: ReadonlySet<string> = useStore((state) => state.helpers);
  const now: Names = useStore((state) => namesOf(state.operators));
  const kept = useRef(now);
  const names = (kept.current = sameNames(kept.current, now));
  const customer: string = displayName(conversation);
  const writesIn = conversation.operator_id === me.id && conversation.state !== "closed" ? conversation.id : null;
  const { kind } = conversation.channel;
  const reacts = mayReact(conversation);
  const masked: boolean = useStore((state) => ((state.workspace as Workspace)?.settings.masked_roles ?? []).includes(me.role));
  const seesRaw = atLeast(me, "supervisor") && !masked;
  return useMemo(() => ({ me, names, customer, writesIn, kind, reacts, seesRaw, helpers, does: { ...threadActions(), show: goTo } }), [me, names, customer, writesIn, kind, reacts, seesRaw, helpers]);
}

/** Where one is: at the end until one scrolls away from it. */
function usePlace(id: string, read: Read | undefined, parts: Part[]) {
  const scroll = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const kept = useRef<Place | null>(null);
  const [missed, miss] = useState(false);
  const newest = read?.messages.at(-1)?.id;
  const seenNewest = useRef(newest);
  const waiting = parts.at(-1)?.rows.filter((one) => one.kind === "pending").length ?? 0;
  const waited = useRef(waiting);
  kept.current?.hold(); // before the change

  const nearStart = () => scroll.current !== null && scroll.current.scrollTop < NEAR_START;
  const look = () => {
    const place = kept.current!;
    place.hold();
    if (place.atEnd) miss(false);
    if (!place.shown) return;
    if (nearStart()) void past().then(({ readAbove }) => nearStart() && readAbove());
    if (place.atEnd && document.visibilityState === "visible") threadActions().seen();
  };
  useLayoutEffect(() => {
    const place = (kept.current = new Place(scroll.current!, list.current!));
    const watched = new ResizeObserver(() => place.hold());
    const listeners = new AbortController();
    const options = { signal: listeners.signal };
    watched.observe(scroll.current!);
    watched.observe(list.current!); // pictures get their height when they are loaded
    scroll.current!.addEventListener("scroll", look, { ...options, passive: true });
    document.addEventListener("visibilitychange", look, options);
    showPictures(list.current!, options);
    setEnd(() => place.toEnd());
    return () => {
      watched.disconnect();
      listeners.abort();
      setEnd(null);
    };
  }, []);
  useLayoutEffect(() => {
    const place = kept.current!;
    if (waiting > waited.current) place.toEnd();
    else place.hold();
    if (!place.atEnd && newest !== seenNewest.current) miss(true);
    waited.current = waiting;
    seenNewest.current = newest;
  }, [parts]);
  const reading: boolean = useStore((state) => Boolean(above(state.earlier, id)?.loading));
  const unread: number = useStore((state: State) => state.conversations.get(id)?.unread ?? 0);
  useEffect(look, [parts, read?.loading, reading, unread]);
  return { scroll, list, place: () => kept.current, missed };
}

/** What reads the past is loaded when it is first asked for. */
const past = () => import("./reading.ts");
const goTo = (id: string): void => void import("./going.ts").then((file) => file.goTo(id));

const above = (earlier: Earlier | null, id: string): Earlier | null => (earlier?.above === id ? earlier : null);

function olderText(read: Read | undefined, earlier: Earlier | null): string {
  if (!read?.loaded || read.loading || earlier?.loading) return t("ui.loading");
  if (!earlier || earlier.before !== null) return "";
  return earlier.messages.length ? t("thread.beginning_of_all") : t("thread.beginning");
}
