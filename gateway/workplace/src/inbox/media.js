// The file of a message: shown or played by a link that ends after an hour, on its way to us, or missing.

import { serverNow } from "../core/clock.js";
import { el, icon, safeUrl } from "../core/dom.js";
import { t } from "../core/say.ts";

/**
 * @param {object} given The content's `media`.
 * @param {string} kind What a person calls it.
 * @param {Function} show Makes the element of a file that is here: one of those below.
 * @param {object} does {link(id): a new link, fetchFile(id)}
 */
export function media(given, kind, show, does) {
  const url = given.url ? safeUrl(given.url) : null;
  if (url) return show(url, given, kind, does);
  const name = given.filename || kind;
  if (given.status === "failed") return missing(given, name, does);
  return line([name, absence(given)].filter(Boolean).join(" – "), given.status === "pending" && "fetching");
}

function absence({ url, status }) {
  if (url) return t("message.bad_link");
  return status === "pending" ? t("message.being_fetched") : "";
}

function line(text, state) {
  const busy = state === "fetching" ? { "aria-busy": "true" } : {};
  return el("p", { class: `attachment soft ${state || ""}`, ...busy }, icon("file"), el("span", { text, dir: "auto" }));
}

function missing(given, name, does) {
  const again = (event) => {
    event.target.disabled = true;
    does.fetchFile(given.id);
  };
  const button = does.fetchFile && given.id && el("button", { type: "button", text: t("ui.try_again"), dataset: { focus: "fetch" }, on: { click: again } });
  return el("div", { class: "attachment missing" }, line(`${name} – ${t("message.not_fetched")}`), button);
}

export function picture(url, given, kind, does) {
  const image = el("img", { src: url, alt: given.filename || kind, loading: "lazy", class: "picture" });
  renewed(image, given, does);
  const link = el("a", { href: url, target: "_blank", rel: "noopener noreferrer", class: "picture-link" }, image);
  return opening(link, given, does);
}

export const sticker = (url, given, kind, does) =>
  renewed(el("img", { src: url, alt: kind, loading: "lazy", class: "sticker" }), given, does);

export const film = (url, given, kind, does) =>
  renewed(el("video", { src: url, controls: true, preload: "metadata", class: "picture", "aria-label": kind }), given, does);

export const sound = (url, given, kind, does) =>
  renewed(el("audio", { src: url, controls: true, preload: "none", "aria-label": kind }), given, does);

export function file(url, given, kind, does) {
  const facts = [given.mime_type, size(given.bytes)].filter(Boolean).join(", ");
  const name = el("span", { class: "file-name", text: given.filename || kind, dir: "auto" });
  const attributes = { class: "attachment", href: url, download: given.filename || true, rel: "noopener noreferrer", target: "_blank" };
  const link = el("a", attributes, icon("file"), el("span", {}, name, facts && el("span", { class: "soft small", text: facts })));
  return opening(link, given, does);
}

export function size(bytes) {
  if (!bytes) return "";
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 ** 2 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

// Links that are over

/** Loads a file by a new link, once, where the old one does not work any more. */
function renewed(element, given, does) {
  if (!given.id || !does.link) return element;
  const renew = async () => {
    const url = await does.link(given.id);
    if (url) element.src = url;
  };
  element.addEventListener("error", renew, { once: true });
  return element;
}

/** Opens a file by a new link where the old one is over. */
function opening(link, given, does) {
  if (!given.id || !does.link) return link;
  link.addEventListener("click", async (event) => {
    if (!isOver(link.href, serverNow())) return;
    event.preventDefault();
    const url = await does.link(given.id);
    if (!url) return;
    link.href = url;
    link.click();
  });
  return link;
}

/** Our links say when they end. */
export function isOver(url, now) {
  const until = new URL(url, document.baseURI).searchParams.get("until");
  return /^\d+$/.test(until ?? "") && Number(until) * 1000 <= now;
}
