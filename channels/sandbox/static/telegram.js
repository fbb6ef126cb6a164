// Telegram as the page needs it: who there is, what a chat holds, and what a person can do.

import { call } from "./api.js";
import { bubble, excerpt } from "./telegram_bubbles.js";

const chatPath = (chat) => `/control/telegram/${chat[0]}/customers/${encodeURIComponent(chat[1])}`;
const act = (chat, action, body = {}) => call("POST", `${chatPath(chat)}/${action}`, body);
const write = ({ chat, answered }, message) => act(chat, "messages",
  { ...message, ...(answered && { reply_to_message: { message_id: answered.message_id } }) });

export const telegram = {
  id: "telegram",
  title: "Telegram",
  keyLabel: "User id",
  keyExample: "5000000111",

  async businesses() {
    const { bots } = await call("GET", "/control/telegram/bots");
    return bots.map((one) => ({ id: String(one.bot_id), name: one.name, address: `@${one.username}` }));
  },

  async customers(id) {
    const { customers } = await call("GET", `/control/telegram/${id}/customers`);
    return customers.map((one) => ({ key: String(one.user_id), name: fullName(one), messages: one.messages }));
  },

  rename(chat, name) {
    const [first_name, ...rest] = name.trim().split(/\s+/);
    return call("PUT", chatPath(chat), { first_name, ...(rest.length && { last_name: rest.join(" ") }) });
  },

  owner: (key) => `id ${key}`,

  async thread(chat) {
    const { customer, messages, keyboard, blocked } = await call("GET", `${chatPath(chat)}/thread`);
    return { name: fullName(customer), messages, keyboard, blocked };
  },

  idOf: (message) => message.message_id,

  excerpt,

  bubble(message, { chat, thread, attempt, edit, answer }) {
    const { message_id } = message;
    return bubble(message, chat, {
      press: (data) => attempt(() => act(chat, "press", { message_id, data })),
      answer,
      jump: (id) => thread.jumpTo(id),
      react: (emoji) => attempt(() => act(chat, "reaction", { message_id, emoji: emoji || null })),
      edit: async (part) => {
        const text = await edit(message[part]);
        if (text) await attempt(() => act(chat, "edit", { message_id, [part]: text }));
      },
    });
  },

  text: (to, text) => write(to, { text }),
  picture: (to, link, caption) => write(to, { photo: { link }, ...(caption && { caption }) }),
  voice: async (to, sound, duration) => write(to, { voice: { ...(await upload(to.chat, sound)), duration } }),

  /** Several pictures and films at once are an album. */
  async files(to, files) {
    const kinds = files.map((one) => KINDS.find(([start]) => one.type.startsWith(start))?.[1] || "document");
    const album = files.length > 1 && kinds.every((kind) => kind === "photo" || kind === "video");
    const group = album ? { media_group_id: String(Date.now()) } : {};
    for (const [place, one] of files.entries()) {
      await write(to, { [kinds[place]]: await upload(to.chat, one), ...group });
    }
  },

  location(to, { latitude, longitude, name }) {
    const location = { latitude, longitude };
    return write(to, name ? { location, venue: { location, title: name, address: name } } : { location });
  },

  contact(to, { name, phone, own }) {
    const [first_name, ...rest] = name.split(/\s+/);
    const last_name = rest.join(" ") || undefined;
    return write(to, { contact: { phone_number: phone, first_name, last_name, ...(own && { user_id: Number(to.chat[1]) }) } });
  },

  block: (chat, blocked) => act(chat, blocked ? "block" : "unblock"),
};

const KINDS = [["image/", "photo"], ["video/", "video"], ["audio/", "audio"]];
const fullName = (person) => [person.first_name, person.last_name].filter(Boolean).join(" ");

async function upload(chat, file) {
  const name = file.name ? `?file_name=${encodeURIComponent(file.name)}` : "";
  const { file_id } = await call("POST", `/control/telegram/${chat[0]}/files${name}`, file, {
    "Content-Type": file.type || "application/octet-stream",
  });
  return { file_id };
}
