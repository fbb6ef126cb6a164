// Queues and people in words: pure functions over the state.

import { isWord, named, t } from "../core/say.ts";

const BUILT_IN = new Set(["offline", "online", "ready", "unavailable"]);
const CHOSEN = ["ready", "online", "unavailable"];

/** A status of the workspace's own is known by its id. */
export function statusName(state, status) {
  if (BUILT_IN.has(status)) return t(`statuses.${status}`);
  return state.statuses.get(status)?.name ?? t("statuses.unavailable");
}

/** What one can set; the one that is set now is among them in any case. */
export function statusChoices(state, current) {
  const values = [...CHOSEN, ...state.statuses.keys()];
  if (current && !values.includes(current)) values.unshift(current);
  return values.map((value) => ({ value, text: statusName(state, value) }));
}

/** "Sales", "Sales · place 3", or "" where there is no queue. */
export function queueLine(conversation, state) {
  if (!conversation.queue_id) return "";
  const name = state.queues.get(conversation.queue_id)?.name ?? t("team.queue");
  const place = placeOf(conversation, state);
  return place ? t("team.place", { queue: name, n: place }) : name;
}

/** The place in line as it was read last; those who go ahead of somebody change it without an event of theirs. */
export function placeOf(conversation, state) {
  return conversation.state === "queued" ? (state.places.get(conversation.id)?.place ?? null) : null;
}

/** The seconds that it will still wait; null where the queue's pace does not tell. */
export function waitOf(conversation, state) {
  return conversation.state === "queued" ? (state.places.get(conversation.id)?.wait ?? null) : null;
}

/** Takes queues as they were read: whole, newer ones only. */
export function withQueues(state, queues) {
  return { ...state, queues: new Map(queues.map((one) => [one.id, newer(state.queues.get(one.id), one)])) };
}

export function withQueue(state, queue) {
  const queues = new Map(state.queues);
  if (queue.deleted) queues.delete(queue.id);
  else queues.set(queue.id, newer(queues.get(queue.id), queue));
  return { ...state, queues };
}

const newer = (known, queue) => (known && known.version > queue.version ? known : queue);

export const closeReason = (reason) => worded("close_reasons", reason);

const worded = (prefix, name) => (isWord(`${prefix}.${name}`) ? named(prefix, name) : name.replaceAll("_", " "));

/** One line of an explanation, in words. */
export function explained(note, state) {
  const queue = note.queue_id && (state.queues.get(note.queue_id)?.name ?? t("explained.gone_queue"));
  const operator = note.operator_id && (state.operators.get(note.operator_id)?.name ?? t("explained.gone_person"));
  const by = byWhom(note.by, state);
  const parts = [worded("explained.rules", note.rule)];
  if (note.rule !== "distribution") parts.push(outcome(note, queue));
  if (operator) parts.push(t("explained.to_person", { name: operator }));
  else if (queue) parts.push(t(note.rule === "transfer" || note.rule === "max_wait" ? "explained.to_queue" : "explained.in_queue", { name: queue }));
  if (note.rule === "distribution") parts.push(`(${worded("explained.reasons", note.answer)})`);
  if (by) parts.push(t("explained.by", { name: by }));
  return parts.filter(Boolean).join(" ");
}

function outcome(note, queue) {
  if (note.rule === "close") return note.answer ? `(${closeReason(note.answer)})` : "";
  if (note.rule === "arrival") return queue ? "" : t("explained.no_queue");
  if (note.rule === "transfer" && note.answer === "queued") return "";
  if (note.answer === "assigned") return "";
  return isWord(`explained.answers.${note.answer}`) ? named("explained.answers", note.answer) : `(${note.answer.replaceAll("_", " ")})`;
}

function byWhom(by, state) {
  const [kind, id] = (by ?? "").split(":");
  if (kind === "operator") return id === state.me.id ? t("explained.you") : (state.operators.get(id)?.name ?? t("explained.an_operator"));
  return { api_key: t("explained.a_program"), bot: t("explained.a_bot") }[kind] ?? "";
}
