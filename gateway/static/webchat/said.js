/* One message as an element. */
import { element, outside, webAddress, withLinks, withMarks } from "./dom.js";

export function summary(content, texts) {
  return (content.text || content.title || content.caption || content.media?.filename || content.name || texts.file).slice(0, 140);
}

const SAID = {
  text: (content) => withMarks(content.text, content.marks),
  choice: (content) => [content.title],
  deleted: (_, chat) => [element("span", { class: "gone" }, chat.texts.deleted)],
  image: (content, chat) => picture(content, chat),
  sticker: (content, chat) => picture(content, chat),
  video: (content, chat) => player("video", content, chat),
  audio: (content, chat) => player("audio", content, chat),
  voice: (content, chat) => player("audio", content, chat),
  document: (content, chat) => captioned(content, download(content, chat)),
  location: (content, chat) => [[content.name, content.address].filter(Boolean).join(", ") || chat.texts.place_, `\n${content.latitude}, ${content.longitude}`],
  contacts: (content) => [content.contacts.map((one) => [one.name, ...(one.phones || []).map((phone) => phone.phone), ...(one.emails || []).map((mail) => mail.email)].join("\n")).join("\n\n")],
  buttons: (content, chat, message) => [...withLinks(content.text), choices([{ rows: content.buttons }], chat, message)],
  list: (content, chat, message) => [...withLinks(content.text), element("details", {}, element("summary", {}, content.button), choices(content.sections, chat, message))],
};

function download(content, chat) {
  const media = content.media;
  const name = media.filename || chat.texts.file;
  const size = media.bytes ? ` (${Math.max(1, Math.round(media.bytes / 1024))} KB)` : "";
  const href = webAddress(media.url, chat.base);
  if (!href) return element("span", {}, name + size);
  const link = outside(href, name + size);
  link.setAttribute("download", name);
  return link;
}

function captioned(content, shown) {
  return content.caption ? [shown, "\n", ...withMarks(content.caption, content.marks)] : [shown];
}

function picture(content, chat) {
  const src = webAddress(content.media.url, chat.base);
  if (!src) return captioned(content, download(content, chat));
  const image = element("img", { src, alt: content.caption || content.media.filename || chat.texts.file, loading: "lazy" });
  image.addEventListener("load", () => chat.view.atEnd && chat.view.toEnd());
  image.addEventListener("error", () => image.replaceWith(download(content, chat)));
  return captioned(content, outside(src, image));
}

function player(tag, content, chat) {
  const src = webAddress(content.media.url, chat.base);
  if (!src) return captioned(content, download(content, chat));
  return captioned(content, element(tag, { src, controls: true, preload: "metadata" }));
}

function choices(sections, chat, message) {
  const open = chat.canChoose(message);
  const parts = sections.flatMap((section) => [
    section.title ? element("h3", {}, section.title) : null,
    ...section.rows.map((row) =>
      element("button", { type: "button", disabled: !open, "aria-pressed": row.id === chat.rated ? "true" : null, on: { click: () => chat.choose(message, row) } }, row.title, row.description ? element("small", {}, row.description) : null),
    ),
  ]);
  return element("div", { class: "choices", role: "group" }, ...parts);
}

function timeOf(at, language) {
  const when = new Date(at);
  const today = when.toDateString() === new Date().toDateString();
  const form = today ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  return when.toLocaleString(language, form);
}

/* A row of the thread for a message of the server. */
export function messageRow(message, chat, first) {
  const { texts } = chat;
  const mine = message.from === "visitor";
  const read = mine && message.seq <= chat.readSeq;
  const open = chat.canChoose(message);
  const quoted = message.reply_to && chat.thread.byId.get(message.reply_to);
  const mark = JSON.stringify([message, first, mine && read, open, quoted?.content, message.content.buttons && chat.rated]);
  return {
    key: message.client_id || message.id,
    mark,
    make: () => {
      const who = mine ? texts.you : message.name || (message.from === "bot" ? texts.bot : chat.title);
      const said = element("div", { class: "said", dir: "auto" }, quoted ? element("div", { class: "quote", dir: "auto" }, summary(quoted.content, texts)) : null);
      said.append(...(SAID[message.content.type] || (() => [texts.file]))(message.content, chat, message));
      const below = [timeOf(message.at, texts.language), message.edited && !message.deleted ? texts.edited : "", mine ? (read ? texts.read : texts.sent) : "", message.reaction || ""];
      const small = element("span", { class: "small" }, below.filter(Boolean).join(" · "));
      if (!mine && !message.deleted) small.append(element("button", { type: "button", class: "reply", "aria-label": `${texts.answerThis}: ${summary(message.content, texts)}`, on: { click: () => chat.answer(message) } }, "↩"));
      const name = element("span", { class: first && !mine ? "who" : "quiet" }, who);
      return element("div", { class: `line ${mine ? "visitor" : message.from}`, "data-id": message.id, "data-seq": message.seq }, name, said, small);
    },
  };
}

/* A row for what is not sent yet. */
export function pendingRow(item, chat) {
  const { texts } = chat;
  return {
    key: item.id,
    mark: JSON.stringify(item),
    make: () => {
      const text = item.content.text || item.content.title || item.name || texts.file;
      const state = item.failed !== undefined ? `${texts.failed}. ${item.failed}` : item.uploading ? texts.uploading : item.accepted ? texts.sent : texts.sending;
      const small = element("span", { class: item.failed !== undefined ? "small bad" : "small" }, state);
      if (item.failed !== undefined) {
        small.append(element("button", { type: "button", on: { click: () => chat.again(item.id) } }, texts.again), element("button", { type: "button", on: { click: () => chat.drop(item.id) } }, texts.drop));
      }
      return element("div", { class: "line visitor pending", "data-client": item.id }, element("span", { class: "quiet" }, texts.you), element("div", { class: "said", dir: "auto" }, text), small);
    },
  };
}

export function noteRow(key, text) {
  return { key, mark: text, make: () => element("div", { class: "small", "data-note": key }, text) };
}
