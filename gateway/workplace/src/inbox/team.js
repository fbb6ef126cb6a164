// Queues and people in words: pure functions over the state.

const NAMES = { offline: "Offline", online: "Online", ready: "Ready", unavailable: "Unavailable" };
const CHOSEN = ["ready", "online", "unavailable"];
const SETTINGS_ROLES = new Set(["administrator", "owner"]);

export const mayChangeQueues = (me) => SETTINGS_ROLES.has(me.role);

/** A status of the workspace's own is known by its id. */
export function statusName(state, status) {
  return NAMES[status] ?? state.statuses.get(status)?.name ?? "Unavailable";
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
  const name = state.queues.get(conversation.queue_id)?.name ?? "Queue";
  const place = placeOf(conversation, state);
  return place ? `${name} · place ${place}` : name;
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

const RULES = {
  arrival: "Came in", admission: "Asked to enter", distribution: "Given out", assignment: "Assigned by hand",
  transfer: "Transferred", max_wait: "Waited too long", return: "Came back", queue_deleted: "Its queue was deleted",
  operator_removed: "Its operator was removed", priority: "Got another priority", bot: "Left its bot", close: "Closed",
};
const ANSWERS = {
  new: "and went to a queue", queued: "and was let in", overflowed: "but was turned away: the queue was full",
  no_operators: "but was turned away: nobody was there", out_of_hours: "but was turned away: out of business hours",
  bot: "and began with a bot", asked: "because the bot asked for it", no_answer: "because the bot did not answer in time",
  unreachable: "because the bot could not be reached", refused: "because the bot's server refused it",
  too_many_turns: "because the bot came to no end", taken_away: "because the bot was taken away",
};

const REASONS = {
  sticky: "ready, with room, and had this customer last time",
  longest_idle: "ready, with room, and without a new conversation for longest", least_busy: "ready, and with the fewest conversations",
  round_robin: "ready, with room, and next in turn", most_qualified: "ready, with room, and best qualified",
  least_qualified: "ready, with room, and least qualified",
};

const CLOSE_REASONS = {
  operator: "by the operator", inactivity: "after a silence", queue_timeout: "waited too long", queue_full: "the queue was full",
  no_operators: "nobody was there", out_of_hours: "out of business hours", bot: "by the bot", api: "by a program",
  campaign: "message of a campaign", merged: "merged with another one", contact_blocked: "the customer is blocked", channel_deleted: "its channel was deleted", contact_erased: "the customer was erased",
};

export const closeReason = (reason) => CLOSE_REASONS[reason] ?? reason.replaceAll("_", " ");

/** One line of an explanation, in words. */
export function explained(note, state) {
  const queue = note.queue_id && (state.queues.get(note.queue_id)?.name ?? "a queue that is gone");
  const operator = note.operator_id && (state.operators.get(note.operator_id)?.name ?? "somebody who is gone");
  const by = byWhom(note.by, state);
  const parts = [RULES[note.rule] ?? note.rule];
  if (note.rule !== "distribution") parts.push(outcome(note, queue));
  if (operator) parts.push(`to ${operator}`);
  else if (queue) parts.push(note.rule === "transfer" || note.rule === "max_wait" ? `to the queue “${queue}”` : `(queue “${queue}”)`);
  if (note.rule === "distribution") parts.push(`(${REASONS[note.answer] ?? note.answer.replaceAll("_", " ")})`);
  if (by) parts.push(`by ${by}`);
  return parts.filter(Boolean).join(" ");
}

function outcome(note, queue) {
  if (note.rule === "close") return note.answer ? `(${closeReason(note.answer)})` : "";
  if (note.rule === "arrival") return queue ? "" : "on a channel without a queue";
  if (note.rule === "transfer" && note.answer === "queued") return "";
  if (note.answer === "assigned") return "";
  return ANSWERS[note.answer] ?? `(${note.answer.replaceAll("_", " ")})`;
}

function byWhom(by, state) {
  const [kind, id] = (by ?? "").split(":");
  if (kind === "operator") return id === state.me.id ? "you" : (state.operators.get(id)?.name ?? "an operator");
  return { api_key: "a program", bot: "a bot" }[kind] ?? "";
}
