// One Telegram message as a bubble.

import { answerButton, card, choice, element, foot, link, paragraph, picture, place, player, quote, reactionMenu, reactions } from "./elements.js";
import { formatted } from "./telegram_text.js";

const EMOJI = ["👍", "❤", "😁", "🔥", "😢", "🙏"];

/**
 * `press(data)` presses a button, `react(emoji)` sets or removes a reaction, `edit(part)` changes their own text,
 * `answer()` begins a reply, `jump(id)` shows the message that this one answers.
 */
export function bubble(message, chat, { press, react, edit, answer, jump }) {
  const mine = message.direction === "out";
  const edited = message.edit_date && element("span", { text: "edited" });
  const box = element("div", { className: "bubble" },
    quoted(message.reply_to_message, jump), ...content(message, chat), foot(message.date, edited));
  const item = element("li", { className: mine ? "mine" : "theirs" }, box);
  item.dataset.id = message.message_id;
  if (message.media_group_id) item.classList.add("album");
  item.append(...keyboard(message, press), ...reactions(given(message, chat)));
  if (mine) item.append(...pencil(message, edit));
  else item.append(reactionMenu(EMOJI, react));
  item.append(answerButton(answer));
  return item;
}

const quoted = (message, jump) => message && quote(excerpt(message), () => jump(message.message_id));

/** A message in a few words. */
export const excerpt = (message) => message.text || message.caption || message.document?.file_name || "A message";

function content(message, chat) {
  const kind = Object.keys(SHOW).find((one) => one in message);
  const shown = kind ? SHOW[kind](message[kind], (file) => fileAddress(chat, file), message) : [];
  const caption = message.caption ? [formatted(message.caption, message.caption_entities)] : [];
  if (kind || caption.length) return [...shown, ...caption];
  if (message.text !== undefined) return [formatted(message.text, message.entities)];
  return [paragraph("A message of another kind", "meta")];
}

const fileAddress = (chat, file) => `/control/telegram/${chat[0]}/files/${encodeURIComponent(file.file_id)}`;

function document_(file, address) {
  const words = file.file_name || "Document";
  return [card("📎", element("a", { text: words, href: address(file), target: "_blank", rel: "noopener" }))];
}

const SHOW = {
  animation: (file, address) => [player("video", address(file), "Animation")],
  photo: (sizes, address) => [picture(address(sizes.at(-1)), "Photo")],
  video: (file, address) => [player("video", address(file), "Video")],
  video_note: (file, address) => [player("video", address(file), "Video message")],
  audio: (file, address) => [player("audio", address(file), file.title || "Audio")],
  voice: (file, address) => [player("audio", address(file), "Voice message")],
  sticker: (file, address) => [picture(address(file), `Sticker ${file.emoji || ""}`)],
  document: document_,
  venue: ({ location, title, address }) => place({ ...location, name: title, address }),
  location: (where) => place(where),
  checklist: ({ title, tasks }) => [
    paragraph(title), ...tasks.map((one) => paragraph(`${one.completion_date ? "☑" : "☐"} ${one.text}`)),
  ],
  paid_media: ({ star_count, paid_media }) => [card("⭐", paragraph(`${paid_media.length} for ${star_count} stars`))],
  contact: (one) => [
    card("👤", element("strong", { text: [one.first_name, one.last_name].filter(Boolean).join(" ") })),
    paragraph(one.phone_number, "meta"),
  ],
};

function keyboard(message, press) {
  const rows = message.reply_markup?.inline_keyboard || [];
  if (!rows.length) return [];
  return [element("div", { className: "keys" }, ...rows.map((row) =>
    element("div", { className: "choices" }, ...row.map((one) => key(one, press)))))];
}

function key(button, press) {
  if (button.url) return link(button.url, button.text);
  if ("callback_data" in button) return choice(button.text, () => press(button.callback_data));
  return element("span", { text: button.text });
}

function given(message, chat) {
  return Object.entries(message.reactions || {}).flatMap(([who, all]) =>
    all.map((one) => ({ side: who === chat[0] ? "in" : "out", emoji: one.emoji || "★" })));
}

function pencil(message, edit) {
  const part = ["text", "caption"].find((one) => one in message);
  if (!part) return [];
  const button = element("button", { type: "button", className: "pencil", text: "✎", "aria-label": "Edit", title: "Edit" });
  button.addEventListener("click", () => edit(part));
  return [button];
}
