// What is known of a conversation, as pairs of words.

import type { ComponentChildren } from "preact";
import { displayNumber, type State } from "../../core/store.js";
import { countdown, duration, fullTime, replyWindow, waitText } from "../../core/time.js";
import { named, t } from "../../core/words.ts";
import { useNow } from "../../frame/use_now.ts";
import { useStore } from "../../frame/use_store.ts";
import { closeReason, placeOf, waitOf } from "../team.js";
import type { Conversation } from "../types.ts";

const SECOND = 1_000;
const MINUTE = 60_000;

type Fact = [string, ComponentChildren];

export function Facts({ conversation }: { conversation: Conversation }) {
  const now = useNow(MINUTE / 4);
  const me = useStore((state) => state.me);
  const operator = useStore((state) => state.operators.get(conversation.operator_id));
  const name = operator?.name as string | undefined;
  const held = operator ? (operator.id === me.id ? t("side.you", { name: name! }) : name) : t(conversation.state === "closed" ? "side.nobody" : "side.nobody_yet");
  const accounts = conversation.contact.identities.map((one) => `${displayNumber(one)} (${named("kinds", one.kind)})`);
  const queue = useQueueFacts(conversation);
  const facts: Fact[] = [
    [t("side.state"), t(`states.${conversation.state}`)],
    [t("side.operator"), held],
    [t("side.customer"), accounts.join(", ")],
    ...queue,
    [t("side.channel"), `${conversation.channel.name} (${named("kinds", conversation.channel.kind)})`],
    [t("side.opened"), fullTime(conversation.opened_at)],
    ...timesOf(conversation, now),
  ];
  return <dl>{facts.map(([term, value]) => [<dt key={`${term} t`}>{term}</dt>, <dd key={`${term} d`} dir="auto">{value}</dd>])}</dl>;
}

function useQueueFacts(conversation: Conversation): Fact[] {
  const queue = useStore((state) => state.queues.get(conversation.queue_id));
  const place = useStore((state: State) => placeOf(conversation, state));
  const wait = useStore((state: State) => waitOf(conversation, state));
  if (!conversation.queue_id) return [];
  const facts: Fact[] = [[t("side.queue"), queue?.name ?? t("side.unknown_queue")]];
  if (place) facts.push([t("side.place"), String(place)], [t("side.expected_wait"), waitText(wait)]);
  return facts;
}

function timesOf(one: Conversation, now: number): Fact[] {
  const since = (iso: string) => `${duration(now - new Date(iso).getTime())} (${fullTime(iso)})`;
  const facts: Fact[] = [];
  if (one.state === "assigned" && one.assigned_at) facts.push([t("side.assigned_for"), since(one.assigned_at)]);
  if (one.state === "queued" && one.queued_at) facts.push([t("side.waiting_for"), since(one.queued_at)]);
  if (one.closed_at) facts.push([t("side.closed"), `${fullTime(one.closed_at)}, ${closeReason(one.close_reason)}`]);
  if (one.rating) facts.push([t("side.rating"), one.rating.score ? `${one.rating.score} ${"★".repeat(one.rating.score)}` : t("side.not_rated")]);
  if (one.target) facts.push([t("side.answer_due"), one.target.breached ? t("side.answer_overdue", { time: fullTime(one.target.due_at) }) : fullTime(one.target.due_at)]);
  const window = replyWindow(one.window, now);
  if (window.limited) facts.push([t("side.window"), window.open ? t("side.window_left", { time: duration(window.left) }) : t("side.window_closed")]);
  if (one.closes_at) facts.push([t("side.closes_by_itself"), <Countdown iso={one.closes_at} />]);
  return facts;
}

/** The time until something happens, to the second where that is soon. */
function Countdown({ iso }: { iso: string }) {
  const now = useNow(SECOND);
  return <time dateTime={iso} title={fullTime(iso)} data-closes="">{countdown(iso, now)}</time>;
}
