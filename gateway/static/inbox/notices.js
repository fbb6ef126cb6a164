// What went wrong, or what a person should know, for some seconds at the edge of the page.

import { el } from "./dom.js";

const SHOWN = 9_000;
const MOST = 4;

/** Shows a notice; `kind` "fault" is read aloud at once. */
export function notify(text, kind = "fault") {
  const box = document.getElementById("notices");
  const close = el("button", { type: "button", class: "quiet", "aria-label": "Dismiss", text: "×", on: { click: () => notice.remove() } });
  const notice = el("div", { class: `notice ${kind}`, role: kind === "fault" ? "alert" : "status" }, el("p", { text, dir: "auto" }), close);
  box.append(notice);
  while (box.children.length > MOST) box.firstElementChild.remove();
  setTimeout(() => notice.remove(), SHOWN);
}

/** For people who do not see the page: said once, shown nowhere. */
export function announce(text) {
  document.getElementById("announcer").textContent = text;
}
