// What a message says, as elements: one function a kind of content. Names, texts, file names and
// addresses are the customer's, so nothing here is markup.

import { el, externalLink, icon } from "../core/dom.js";
import { t } from "../core/say.ts";
import { marked } from "./marks.js";
import { file, film, media, picture, sound, sticker } from "./media.js";

/** The elements of a content; `does` is what can be done with its file, see media.js. */
export function contentElements(content, does = {}) {
  const render = Object.hasOwn(KINDS, content.type) ? KINDS[content.type] : unsupported;
  return render(content, does);
}

const KINDS = {
  text: ({ text, marks }) => [words(text, marks)],
  image: withFile("photo", picture),
  sticker: withFile("sticker", sticker),
  video: withFile("video", film),
  audio: withFile("sound", sound),
  voice: withFile("voice", sound),
  document: withFile("document", file),
  location,
  contacts: ({ contacts }) => contacts.map(card),
  choice: ({ title, description }) => [
    el("p", { class: "chosen" }, el("span", { class: "soft", text: `${t("message.chose")} ` }), el("strong", { text: title, dir: "auto" })),
    ...(description ? [el("p", { class: "soft small words", text: description, dir: "auto" })] : []),
  ],
  buttons: ({ text, buttons }) => [words(text), chips(buttons.map((one) => one.title), t("message.buttons"))],
  list: ({ text, button, sections }) => [words(text), listMessage(button, sections)],
  checklist,
  order,
  template,
  system: ({ text, code }) => [el("p", { text: text || code })],
  unsupported,
};

/** Text with its line breaks, its direction, its formatting and its links. */
function words(text, marks) {
  return el("p", { class: "words", dir: "auto" }, marked(text, marks));
}

function withFile(kind, show) {
  return (content, does) => [media(content.media, t(`message.files.${kind}`), show, does), ...(content.caption ? [words(content.caption, content.marks)] : [])];
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
        el("strong", { text: name || t("message.location"), dir: "auto" }),
        address && el("p", { text: address, dir: "auto" }),
        el("p", { class: "small" }, externalLink(map, t("message.on_the_map", { point }))),
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

function checklist({ title, tasks }) {
  const task = ({ text, done }) =>
    el("li", { class: done ? "done" : null }, el("span", { text: done ? "☑ " : "☐ ", "aria-hidden": "true" }), el("span", { text, dir: "auto" }), done && el("span", { class: "sr", text: ` (${t("message.task_done")})` }));
  return [el("p", {}, el("strong", { text: title, dir: "auto" })), el("ul", { class: "tasks", "aria-label": t("message.checklist") }, tasks.map(task))];
}

function order({ items, text }) {
  const rows = items.map((one) =>
    el("tr", {}, el("td", { text: one.product_id }), el("td", { text: `${one.quantity} ×` }), el("td", { text: money(one) })),
  );
  return [el("p", {}, el("strong", { text: t("message.order", { n: items.length }) })), el("table", { class: "order" }, el("tbody", {}, rows)), ...(text ? [words(text)] : [])];
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
    chips(rows.map((row) => (row.description ? `${row.title} – ${row.description}` : row.title)), title || t("message.rows")),
  ];
  return el("details", { class: "rows" }, el("summary", { text: button, dir: "auto" }), sections.map(section));
}

function template({ name, language, rendered }) {
  return [
    ...(rendered ? [words(rendered)] : []),
    el("p", { class: "soft small", text: t("message.template", { name, language }) }),
  ];
}

function unsupported({ reason }) {
  const text = reason ? t("message.unsupported_because", { reason }) : t("message.unsupported");
  return [el("p", { class: "soft", text, dir: "auto" })];
}
