// What went wrong, or what a person should know, for some seconds at the edge of the page.

import { el } from "../core/dom.js";
import { t } from "../core/say.ts";

const SHOWN = { fault: 9_000, done: 5_000 };
const MOST = 4;

let kept = null; // a box that is taken out of the page takes along what is in it

/**
 * The place of the notices: in the topmost box, behind which nothing can be seen well or clicked, otherwise in the page.
 *
 * @param {HTMLDialogElement | null} [leaving] A box that goes: they do not stay in it.
 */
export function placeNotices(leaving = null) {
  kept ??= document.getElementById("notices");
  const home = [...document.querySelectorAll("dialog[open]")].findLast((one) => one !== leaving) ?? document.body;
  if (kept.parentNode === home) return kept;
  if (kept.isConnected && home.moveBefore) home.moveBefore(kept, null); // what moves or has the focus goes on
  else home.append(kept);
  return kept;
}

/**
 * Shows a notice; `kind` "fault" is read aloud at once.
 *
 * @param {object} [action] What can be done about it: `label`, `run()`, and `shown`, the milliseconds in which it can.
 */
export function notify(text, kind = "fault", action) {
  const box = placeNotices();
  const close = el("button", { type: "button", class: "quiet", "aria-label": t("ui.dismiss"), text: "×", on: { click: () => notice.remove() } });
  const run = () => {
    notice.remove();
    action.run();
  };
  const act = action && el("button", { type: "button", class: "act", text: action.label, on: { click: run } });
  const notice = el("div", { class: `notice ${kind}`, role: kind === "fault" ? "alert" : "status" }, el("p", { text, dir: "auto" }), act, close);
  box.append(notice);
  while (box.children.length > MOST) box.firstElementChild.remove();
  setTimeout(() => notice.remove(), action?.shown ?? SHOWN[kind] ?? SHOWN.fault);
}

/** For people who do not see the page: said once, shown nowhere. */
export function announce(text) {
  document.getElementById("announcer").textContent = text;
}
