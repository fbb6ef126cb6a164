// What each event of the stream does to the state: pure functions, tested without a browser.
//
// The protocol in short (contract, section 4): read the cursor (`GET /events?limit=0`), then the
// lists, then follow from the cursor. So the first events may tell of what the lists already had:
// everything here gives the same result when it happens twice.
//
// An event goes to everyone who could see its object before or after it. A list thus also learns
// what leaves it: a conversation event whose object is no longer ours to see removes it.

import { withCampaign } from "../campaigns/campaign_words.ts";
import { dropConversation, putConversation, putPending, seesAll, withEntry, withMessage } from "./store.js";
import { withQueue } from "../inbox/team.js";

/**
 * @returns {{state: object, effects: object[]}} Effects are what the state can't know by itself:
 *   {kind: "refresh", id}       read this conversation; 404 means that it is not ours (any more)
 *   {kind: "reread", id, seq}   read this message: its file's link is made when it is read
 *   {kind: "arrived", message}  a customer wrote
 *   {kind: "line"}              places in queues, and how many wait, may have changed
 */
export function applyEvent(state, event) {
  const reduce = REDUCERS[event.type];
  if (!reduce) return { state, effects: [] };
  const result = reduce(state, event.data, event.type);
  return movesLine(state, event) ? { ...result, effects: [...result.effects, { kind: "line" }] } : result;
}

/** Does the event change how many wait, who goes ahead of whom, or who is there for them? */
function movesLine(state, { type, data }) {
  if (type === "operator.status") return state.queues.size > 0;
  if (!type.startsWith("conversation.") || ["conversation.updated", "conversation.rated"].includes(type)) return false;
  return Boolean(data.queue_id ?? state.conversations.get(data.id)?.queue_id);
}

const nothing = (state) => ({ state, effects: [] });

const REDUCERS = {
  "conversation.created": onConversation,
  "conversation.queued": onConversation,
  "conversation.assigned": onConversation,
  "conversation.transferred": onConversation,
  "conversation.rated": onConversation,
  "conversation.closed": onConversation,
  "conversation.updated": onConversation,
  "control.changed": onConversation,
  "message.created": onMessageCreated,
  "message.updated": onMessageUpdated,
  "contact.updated": onContact,
  "contact.merged": onContactsMerged,
  "contact.erased": onErased,
  "operator.status": onOperator,
  "queue.updated": (state, queue) => nothing(withQueue(state, queue)),
  "campaign.progress": (state, campaign) => nothing({ ...state, campaigns: withCampaign(state.campaigns, campaign) }),
};

// Conversations

function onConversation(state, view, type) {
  const known = state.conversations.get(view.id);
  const sight = visibility(state.me, view, known, type);
  if (sight === "hidden" || (view.state === "closed" && state.selected !== view.id)) {
    const gone = state.selected === view.id ? { id: view.id, operator_id: view.operator_id } : state.gone;
    return nothing({ ...dropConversation(state, view.id, view.version), gone });
  }
  if (sight === "ask" && !known) return { state, effects: [{ kind: "refresh", id: view.id }] };
  const next = putConversation(state, view);
  const behind = known?.last_message && known.last_message.seq > (view.last_message?.seq ?? 0);
  return { state: next, effects: sight === "ask" || behind ? [{ kind: "refresh", id: view.id }] : [] };
}

/**
 * May I see it where it is now? The rules are the server's; only it knows the members of queues and
 * groups, so that some cases are answered by asking ("ask").
 */
function visibility(me, view, known, type) {
  if (seesAll(me) || view.operator_id === me.id) return "visible";
  if (view.operator_id !== null) {
    if (me.role !== "supervisor") return "hidden";
    return known?.operator_id === view.operator_id ? "visible" : "ask";
  }
  const samePlace = known && known.operator_id === null && known.queue_id === view.queue_id;
  return type === "conversation.created" || view.queue_id === null || samePlace ? "visible" : "ask";
}

// Messages

function onMessageCreated(state, message) {
  const effects = [];
  const conversation = state.conversations.get(message.conversation_id);
  let next = withMessage(state, message);
  if (!conversation) {
    effects.push({ kind: "refresh", id: message.conversation_id });
  } else {
    const changed = withNewMessage(conversation, message);
    if (changed === "refresh") effects.push({ kind: "refresh", id: conversation.id });
    else next = { ...next, conversations: withEntry(next.conversations, conversation.id, changed) };
  }
  next = settleOwn(next, message);
  if (lacksLink(message) && next.threads.has(message.conversation_id)) effects.push(reread(message));
  if (message.direction === "in") effects.push({ kind: "arrived", message });
  return { state: next, effects };
}

/**
 * A new message tells three things of its conversation without a conversation event: the newest
 * message, one more unread (unless it was read already), and on WhatsApp a renewed reply window.
 *
 * What no person wrote does not hide the words of one (as the server shows it).
 *
 * One that is not above the newest that we know was counted already, when the list was read. Only
 * where it crossed an answer of ours on its way can that not be told: then the server is asked.
 */
function withNewMessage(conversation, message) {
  const last = conversation.last_message;
  if (last && MACHINES.has(message.author.kind)) return conversation;
  const inbound = message.direction === "in";
  const window = inbound ? renewedWindow(conversation, message) : conversation.window;
  if (last && message.seq <= last.seq) {
    const crossed = inbound && last.direction === "out" && message.seq > conversation.read_seq;
    return crossed ? "refresh" : { ...conversation, window };
  }
  const unread = conversation.unread + (inbound && message.seq > conversation.read_seq ? 1 : 0);
  const last_message = {
    seq: message.seq, direction: message.direction, at: message.created_at, ...lineOf(message),
  };
  return { ...conversation, last_message, unread, window };
}

const MACHINES = new Set(["auto", "campaign"]);
const WINDOW_MILLISECONDS = 24 * 3600 * 1000;

/** 24 hours from the provider's time; what the system says and what our own phone app wrote renews nothing. */
function renewedWindow(conversation, message) {
  const { window } = conversation;
  const renews = conversation.channel.kind === "whatsapp" && message.author.kind === "contact";
  if (!renews || message.content.type === "system") return window;
  const ends = new Date(message.provider_at ?? message.created_at).getTime() + WINDOW_MILLISECONDS;
  if (window.expires_at !== null && new Date(window.expires_at).getTime() >= ends) return window;
  return { ...window, open: true, expires_at: new Date(ends).toISOString() };
}

function onMessageUpdated(state, message) {
  let next = withMessage(state, message);
  const conversation = next.conversations.get(message.conversation_id);
  if (conversation?.last_message?.seq === message.seq) {
    const changed = { ...conversation, last_message: { ...conversation.last_message, ...lineOf(message) } };
    next = { ...next, conversations: withEntry(next.conversations, conversation.id, changed) };
  }
  const effects = lacksLink(message) && next.threads.has(message.conversation_id) ? [reread(message)] : [];
  return { state: next, effects };
}

/** Our own message may come by the stream before the answer to its POST: it takes the place of the waiting one. */
function settleOwn(state, message) {
  const waiting = state.pending.get(message.conversation_id);
  if (!waiting || message.author.id !== state.me.id) return state;
  const mine = waiting.find((one) => one.state === "sending" && sameWords(one.content, message.content));
  if (!mine) return state;
  return putPending(state, message.conversation_id, { ...mine, state: "accepted" });
}

const sameWords = (one, other) =>
  one.type === other.type && one.text === other.text && one.caption === other.caption && one.media?.id === other.media?.id;

/** What is shown of the waiting ones: those that came by the stream already are in the thread. */
export const shownPending = (items) => (items ?? []).filter((one) => one.state !== "accepted");

const lacksLink = ({ content }) => Boolean(content.media?.id && !content.media.url);
const reread = (message) => ({ kind: "reread", id: message.conversation_id, seq: message.seq });

// People

function onContact(state, contact) {
  return withContact(state, contact, [contact.id]);
}

function onContactsMerged(state, { contact, merged_ids }) {
  return withContact(state, contact, [contact.id, ...merged_ids]);
}

function withContact(state, contact, ids) {
  const conversations = new Map(state.conversations);
  for (const [id, one] of conversations) {
    if (ids.includes(one.contact.id)) conversations.set(id, { ...one, contact: { ...one.contact, ...brief(contact) } });
  }
  return nothing({ ...state, conversations });
}

/** Nothing of an erased customer stays on the screen. */
function onErased(state, { id }) {
  const theirs = [...state.conversations.values()].filter((one) => one.contact.id === id);
  const selected = theirs.some((one) => one.id === state.selected) ? null : state.selected;
  return nothing(theirs.reduce((left, one) => dropConversation(left, one.id, one.version), { ...state, selected }));
}

const brief = ({ id, name, identities }) => ({ id, name, ...(identities && { identities }) });

function onOperator(state, operator) {
  if (!operator?.id) return nothing(state);
  const merged = { ...state.operators.get(operator.id), ...operator };
  return nothing({ ...state, operators: withEntry(state.operators, operator.id, merged) });
}

// Previews: the server's rule, for messages that come by the stream

const PREVIEW_CHARS = 100;

const lineOf = ({ content, deleted_at }) => ({ preview: deleted_at ? "" : previewOf(content), type: content.type, code: content.code ?? null });

export function previewOf(content) {
  return [...previewLine(content).split(/\s+/).filter(Boolean).join(" ")].slice(0, PREVIEW_CHARS).join("");
}

function previewLine(content) {
  switch (content.type) {
    case "text": case "buttons": case "list": return content.text;
    case "choice": case "checklist": return content.title;
    case "template": return content.rendered || content.name;
    case "system": return content.text || content.code;
    case "location": return content.name || "location";
    case "order": return `order of ${content.items.length}`;
    case "contacts": return content.contacts.map((card) => card.name).join(", ");
    case "unsupported": return "unsupported message";
    default: return content.caption || content.type;
  }
}
