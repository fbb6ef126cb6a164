// What a message says, as elements: one function a kind of content. Names, texts, file names and
// addresses are the customer's, so nothing here is markup.

import { el, externalLink, icon, linked, safeUrl } from "./dom.js";

/** The elements of a content. */
export function contentElements(content) {
  const render = Object.hasOwn(KINDS, content.type) ? KINDS[content.type] : unsupported;
  return render(content);
}

const KINDS = {
  text: ({ text }) => [words(text)],
  image: (content) => [media(content, "Photo", picture), ...caption(content)],
  sticker: (content) => [media(content, "Sticker", picture), ...caption(content)],
  video: (content) => [media(content, "Video", film), ...caption(content)],
  audio: (content) => [media(content, "Sound", sound), ...caption(content)],
  voice: (content) => [media(content, "Voice message", sound), ...caption(content)],
  document: (content) => [media(content, "Document", file), ...caption(content)],
  location,
  contacts: ({ contacts }) => contacts.map(card),
  choice: ({ title, description }) => [
    el("p", { class: "chosen" }, el("span", { class: "soft", text: "Chose " }), el("strong", { text: title, dir: "auto" })),
    ...(description ? [el("p", { class: "soft small", text: description, dir: "auto" })] : []),
  ],
  buttons: ({ text, buttons }) => [words(text), chips(buttons.map((one) => one.title), "Buttons")],
  list: ({ text, button, sections }) => [words(text), listMessage(button, sections)],
  order,
  template,
  system: ({ text, code }) => [el("p", { text: text || code })],
  unsupported,
};

/** Text with its line breaks, its direction and its links. */
function words(text) {
  return el("p", { class: "words", dir: "auto" }, linked(text));
}

const caption = (content) => (content.caption ? [words(content.caption)] : []);

// Files

/** A file by its link; before it was fetched, or where the link is none, a line that says so. */
function media({ media: given }, kind, show) {
  const url = given.url ? safeUrl(given.url) : null;
  if (url) return show(url, given, kind);
  const state = given.url ? "its link can't be opened" : "the file is not here yet";
  return el("p", { class: "attachment soft" }, icon("file"), el("span", { text: `${given.filename || kind} – ${state}`, dir: "auto" }));
}

function picture(url, given, kind) {
  const image = el("img", { src: url, alt: given.filename || kind, loading: "lazy", class: "picture" });
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer", class: "picture-link" }, image);
}

const film = (url) => el("video", { src: url, controls: true, preload: "metadata", class: "picture" });
const sound = (url, _, kind) => el("audio", { src: url, controls: true, preload: "none", "aria-label": kind });

function file(url, given, kind) {
  const facts = [given.mime_type, size(given.bytes)].filter(Boolean).join(", ");
  const name = el("span", { class: "file-name", text: given.filename || kind, dir: "auto" });
  const attributes = { class: "attachment", href: url, download: given.filename || true, rel: "noopener noreferrer", target: "_blank" };
  return el("a", attributes, icon("file"), el("span", {}, name, facts && el("span", { class: "soft small", text: facts })));
}

function size(bytes) {
  if (!bytes) return "";
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 ** 2 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

// Places, people, orders

function location({ latitude, longitude, name, address }) {
  const point = `${Number(latitude).toFixed(5)}, ${Number(longitude).toFixed(5)}`;
  const map = `https://www.openstreetmap.org/?mlat=${Number(latitude)}&mlon=${Number(longitude)}#map=16/${Number(latitude)}/${Number(longitude)}`;
  return [
    el(
      "div",
      { class: "card" },
      icon("pin"),
      el(
        "div",
        {},
        el("strong", { text: name || "Location", dir: "auto" }),
        address && el("p", { text: address, dir: "auto" }),
        el("p", { class: "small" }, externalLink(map, `${point} on the map`)),
      ),
    ),
  ];
}

function card({ name, phones = [], emails = [], organization }) {
  const phone = (one) => el("p", {}, el("a", { href: `tel:${one.phone.replace(/[^\d+]/g, "")}`, text: one.phone }));
  const email = (one) => el("p", {}, el("a", { href: `mailto:${encodeURIComponent(one.email)}`, text: one.email }));
  return el(
    "div",
    { class: "card" },
    icon("person"),
    el(
      "div",
      {},
      el("strong", { text: name, dir: "auto" }),
      organization && el("p", { class: "soft", text: organization, dir: "auto" }),
      phones.map(phone),
      emails.map(email),
    ),
  );
}

function order({ items, text }) {
  const rows = items.map((one) =>
    el("tr", {}, el("td", { text: one.product_id }), el("td", { text: `${one.quantity} ×` }), el("td", { text: money(one) })),
  );
  return [el("p", {}, el("strong", { text: `Order of ${items.length}` })), el("table", { class: "order" }, el("tbody", {}, rows)), ...(text ? [words(text)] : [])];
}

function money({ price, currency }) {
  try {
    return new Intl.NumberFormat(undefined, { style: "currency", currency }).format(price);
  } catch {
    return `${price} ${currency}`;
  }
}

// What the business sends to be chosen from

const chips = (titles, label) =>
  el("ul", { class: "chips", "aria-label": label }, titles.map((text) => el("li", { text, dir: "auto" })));

function listMessage(button, sections) {
  const section = ({ title, rows }) => [
    title && el("strong", { text: title, dir: "auto" }),
    chips(rows.map((row) => (row.description ? `${row.title} – ${row.description}` : row.title)), title || "Rows"),
  ];
  return el("details", { class: "rows" }, el("summary", { text: button, dir: "auto" }), sections.map(section));
}

function template({ name, language, rendered }) {
  return [
    ...(rendered ? [words(rendered)] : []),
    el("p", { class: "soft small", text: `Template ${name} (${language})` }),
  ];
}

function unsupported({ reason }) {
  const text = `This message can't be shown here${reason ? `: ${reason}` : "."}`;
  return [el("p", { class: "soft", text, dir: "auto" })];
}
