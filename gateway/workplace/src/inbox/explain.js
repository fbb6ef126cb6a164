// "Why is it here?": the rules that were tried for a conversation, their answers, and when.

import { faultLine, openDialog } from "../frame/dialog.js";
import { el } from "../core/dom.js";
import { t } from "../core/say.ts";
import { explained } from "./team.js";
import { fullTime } from "../core/time.js";

export async function openExplanation(api, id, state) {
  const fault = faultLine();
  const steps = el("ol", { class: "steps" });
  openDialog({ id: "explain", title: t("side.why") }, fault, steps);
  try {
    const { items } = await api.explain(id);
    const line = (note) => el("li", {}, el("time", { class: "soft small", datetime: note.at, text: fullTime(note.at, undefined, "medium") }), el("p", { text: explained(note, state), dir: "auto" }));
    steps.replaceChildren(...items.map(line));
  } catch (problem) {
    fault.say(problem.message);
  }
}
