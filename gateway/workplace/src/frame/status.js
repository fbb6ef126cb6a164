// One's own status: what it is, since when, and which one follows when the conversations in hand are closed.

import { serverNow } from "../core/clock.js";
import { el, keyed } from "../core/dom.js";
import { languageCode, t } from "../core/say.ts";
import { statusChoices, statusName } from "../inbox/team.js";
import { duration } from "../core/time.js";

const KEY_PAUSE = 1_000; // arrow keys go through all choices: the one where they rest is meant

const byId = (id) => document.getElementById(id);

export class StatusBar {
  /** `does` has setStatus(status, next). */
  constructor(does) {
    this.does = does;
    this.bar = byId("own-status");
  }

  stop() {
    keyed(this.bar, [], {});
  }

  render(state) {
    const me = state.operators.get(state.me.id);
    keyed(this.bar, me ? [me] : [], {
      key: (one) => one.id,
      signature: (one) => [languageCode(), one.status, one.next_status, one.status_since, state.statuses],
      make: (one) => this.#element(one, state),
    });
    const time = this.bar.querySelector("time");
    if (time) time.textContent = age(time.dateTime, serverNow());
  }

  #element(me, state) {
    const now = this.#select("status", t("own_status.title"), statusChoices(state, me.status), me.status, (value) => this.does.setStatus(value, null));
    const next = this.#select(
      "next-status", t("own_status.next"),
      [{ value: "", text: t("own_status.then_nothing") }, ...statusChoices(state, me.next_status).map((one) => ({ ...one, text: t("own_status.follows", { status: one.text }) }))],
      me.next_status ?? "", (value) => this.does.setStatus(me.status, value || null),
    );
    return el(
      "div",
      { class: "own-status" },
      el("span", { class: `dot dot-${dotOf(me.status)}`, "aria-hidden": "true" }),
      now,
      el("time", { class: "soft small", datetime: me.status_since, title: statusName(state, me.status) }),
      next,
    );
  }

  #select(id, label, choices, value, take) {
    const options = choices.map((one) => el("option", { value: one.value, text: one.text, selected: one.value === value }));
    const made = el("select", { id, "aria-label": label, title: label, dataset: { focus: id }, on: settledChoice(value, take) }, options);
    return made;
  }
}

/** Listeners for a choice: taken at once where it was pressed, and after a rest, Enter or Tab where it was reached by keys. */
function settledChoice(value, take) {
  let byKeys = false;
  let timer = null;
  let taken = value;
  const settle = (made) => {
    clearTimeout(timer);
    if (made.value === taken) return;
    taken = made.value;
    take(taken);
  };
  return {
    keydown: ({ key, target }) => (key === "Enter" ? settle(target) : (byKeys = true)),
    pointerdown: () => (byKeys = false),
    blur: ({ target }) => settle(target),
    change: ({ target }) => {
      clearTimeout(timer);
      if (byKeys) timer = setTimeout(() => settle(target), KEY_PAUSE);
      else settle(target);
    },
  };
}

const age = (iso, now) => (now - new Date(iso) < 60_000 ? t("own_status.just_now") : duration(now - new Date(iso)));
const dotOf = (status) => (["ready", "online", "offline"].includes(status) ? status : "unavailable");
