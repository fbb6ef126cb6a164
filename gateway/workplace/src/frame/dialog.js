// A box over the page: the browser keeps the focus in it and gives it back.

import { el } from "../core/dom.js";
import { t } from "../core/say.ts";
import { placeNotices } from "./notices.js";

/**
 * Opens a box; Escape and its cross close it.
 *
 * @param {object} given `id`, `title`, `class`, `onClose`.
 * @returns {{box: HTMLDialogElement, body: HTMLElement, close: () => void}}
 */
export function openDialog({ id, title, class: className = "", onClose }, ...children) {
  const body = el("div", { class: "dialog-body" }, ...children);
  const close = () => box.close();
  const box = el(
    "dialog",
    { id, class: `dialog ${className}`, "aria-labelledby": `${id}-title` },
    el(
      "header",
      { class: "dialog-head" },
      el("h2", { id: `${id}-title`, text: title }),
      el("button", { type: "button", class: "quiet", "aria-label": t("ui.close"), text: "×", on: { click: close } }),
    ),
    body,
  );
  box.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation()); // closes the box, nothing behind it
  box.addEventListener("close", () => {
    placeNotices(); // they outlive the box
    box.remove();
    onClose?.();
  });
  document.body.append(box);
  box.showModal();
  placeNotices();
  return { box, body, close };
}

/** The place of a sentence about what went wrong. */
export function faultLine() {
  const line = el("p", { class: "fault", role: "alert", hidden: true });
  line.say = (text) => {
    line.textContent = text;
    line.hidden = !text;
  };
  return line;
}
