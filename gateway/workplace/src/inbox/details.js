// What is known of the chosen conversation, and assigning it to somebody else.

import { serverNow } from "../core/clock.js";
import { avatar, el, keyed } from "../core/dom.js";
import { kindName } from "./list.js";
import { displayName, displayNumber, mayTakeOver } from "../core/store.js";
import { closeReason, placeOf, statusName, waitOf } from "./team.js";
import { countdown, duration, fullTime, replyWindow, waitText } from "../core/time.js";

const SECOND = 1_000;
const STATES = { new: "New", bot: "With the bot", queued: "Waiting", assigned: "Assigned", closed: "Closed" };

export class DetailsPane {
  /** `does` has assignTo(operatorId), closeDetails(), explain(). */
  constructor(does) {
    this.does = does;
    this.pane = document.getElementById("details-pane");
    this.choice = { of: null, operator: "" }; // what is half chosen outlives a drawing
    this.ticking = setInterval(() => this.#tick(), SECOND);
  }

  stop() {
    keyed(this.pane, [], {});
    clearInterval(this.ticking);
  }

  render(state) {
    const conversation = state.conversations.get(state.selected);
    if (this.choice.of !== conversation?.id) this.choice = { of: conversation?.id, operator: "" };
    keyed(this.pane, conversation ? [conversation] : [], {
      key: (one) => one.id,
      signature: (one) => [one, peopleLine(one, state), state.queues.get(one.queue_id)?.name, placeOf(one, state), waitOf(one, state), Math.floor(serverNow() / 60_000)],
      make: (one) => this.#element(one, state),
    });
  }

  #tick() {
    const time = this.pane.querySelector("time[data-closes]");
    if (time) time.textContent = countdown(time.dateTime, serverNow());
  }

  #element(conversation, state) {
    const name = displayName(conversation);
    return el(
      "div",
      { class: "details" },
      el(
        "header",
        { class: "details-head" },
        el("button", { type: "button", class: "quiet details-close", "aria-label": "Close the details", text: "×", dataset: { focus: "close-details" }, on: { click: () => this.does.closeDetails() } }),
        avatar(name, conversation.contact.id),
        el("h2", { text: name, dir: "auto" }),
      ),
      el("dl", {}, facts(conversation, state).map(([term, value]) => [el("dt", { text: term }), el("dd", { dir: "auto" }, value)])),
      el("button", { type: "button", class: "explain", id: "explain-button", text: "Why is it here?", dataset: { focus: "explain" }, on: { click: () => this.does.explain() } }),
      this.#assigning(conversation, state),
    );
  }

  #assigning(conversation, state) {
    const allowed = conversation.operator_id === null || mayTakeOver(state.me);
    if (conversation.state === "closed" || !allowed) return null;
    const choice = el(
      "select",
      { "aria-label": "Operator", dataset: { focus: "operator" }, id: "assign-choice", on: { change: () => (this.choice.operator = choice.value) } },
      el("option", { value: "", text: "Choose an operator" }),
      assignable(conversation, state).map(({ id, text }) => el("option", { value: id, text, selected: id === this.choice.operator })),
    );
    const assign = (event) => {
      event.preventDefault();
      if (choice.value) this.does.assignTo(choice.value);
    };
    return el(
      "form",
      { class: "assign", on: { submit: assign } },
      el("h3", { text: "Assign to" }),
      el("div", { class: "assign-row" }, choice, el("button", { text: "Assign", id: "assign-button", dataset: { focus: "assign" } })),
    );
  }
}

/** Who can get the conversation, with what they do now. */
function assignable(conversation, state) {
  const people = [...state.operators.values()].filter((one) => one.active !== false && one.id !== conversation.operator_id);
  people.sort((one, other) => one.name.localeCompare(other.name));
  return people.map((one) => ({ id: one.id, text: one.id === state.me.id ? `${one.name} (you)` : `${one.name} · ${statusName(state, one.status).toLowerCase()}` }));
}

/** All that the pane shows of operators, as one text. */
function peopleLine(conversation, state) {
  const holder = state.operators.get(conversation.operator_id)?.name ?? "";
  return [holder, ...assignable(conversation, state).map((one) => one.text)].join("\n");
}

function facts(conversation, state) {
  const now = serverNow();
  const since = (iso) => `${duration(now - new Date(iso))} (${fullTime(iso)})`;
  const operator = state.operators.get(conversation.operator_id);
  const numbers = conversation.contact.identities.map((one) => `${displayNumber(one)} (${kindName(one.kind)})`);
  const rows = [
    ["State", STATES[conversation.state] ?? conversation.state],
    ["Operator", operator ? (operator.id === state.me.id ? `${operator.name} (you)` : operator.name) : nobody(conversation)],
    ["Customer", numbers.join(", ")],
    ...queueFacts(conversation, state),
    ["Channel", `${conversation.channel.name} (${kindName(conversation.channel.kind)})`],
    ["Opened", fullTime(conversation.opened_at)],
  ];
  if (conversation.state === "assigned" && conversation.assigned_at) rows.push(["Assigned for", since(conversation.assigned_at)]);
  if (conversation.state === "queued" && conversation.queued_at) rows.push(["Waiting for", since(conversation.queued_at)]);
  if (conversation.closed_at) rows.push(["Closed", `${fullTime(conversation.closed_at)}, ${closeReason(conversation.close_reason)}`]);
  const window = replyWindow(conversation.window, now);
  if (window.limited) rows.push(["Reply window", window.open ? `${duration(window.left)} left` : "closed"]);
  if (conversation.closes_at) rows.push(["Closes by itself", closing(conversation.closes_at, now)]);
  if (conversation.tags.length) rows.push(["Tags", conversation.tags.join(", ")]);
  return rows;
}

const nobody = ({ state }) => (state === "closed" ? "Nobody" : "Nobody yet");

function queueFacts(conversation, state) {
  if (!conversation.queue_id) return [];
  const place = placeOf(conversation, state);
  const rows = [["Queue", state.queues.get(conversation.queue_id)?.name ?? "Unknown"]];
  if (place) rows.push(["Place in the queue", String(place)], ["Expected wait", waitText(waitOf(conversation, state))]);
  return rows;
}

function closing(iso, now) {
  return el("time", { datetime: iso, title: fullTime(iso), dataset: { closes: "" }, text: countdown(iso, now) });
}
