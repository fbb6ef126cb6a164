// A thread's pictures over the page, one at a time.

import { el, icon } from "../core/dom.js";
import { t } from "../core/say.ts";
import { openDialog } from "../frame/dialog.js";

/** Opens pictures (`href`, `alt`) at one of them. */
export function openPictures(pictures, first) {
  let at = first;
  const image = el("img", { class: "lightbox-picture" });
  const count = el("p", { class: "soft small", role: "status" });
  const whole = el("a", { target: "_blank", rel: "noopener noreferrer", text: t("message.whole_picture") });
  const step = (name, by, label) => el("button", { type: "button", class: "quiet", "aria-label": label, on: { click: () => show(at + by) } }, icon(name));
  const back = step("back", -1, t("message.picture_before"));
  const forward = step("forward", 1, t("message.picture_after"));
  const bar = el("div", { class: "lightbox-bar" }, pictures.length > 1 && back, count, pictures.length > 1 && forward, whole);
  const { box } = openDialog({ id: "lightbox", title: t("message.files.photo"), class: "lightbox" }, image, bar);

  function show(wanted) {
    at = Math.max(0, Math.min(pictures.length - 1, wanted));
    const { href, alt } = pictures[at];
    image.src = href;
    image.alt = alt;
    whole.href = href;
    count.textContent = t("message.picture_n", { n: at + 1, all: pictures.length });
    back.disabled = at === 0;
    forward.disabled = at === pictures.length - 1;
  }

  box.addEventListener("keydown", ({ key }) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (by) show(at + by);
  });
  show(first);
}
