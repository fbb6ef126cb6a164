// WhatsApp as the page needs it: who there is, what a chat holds, and what a customer can do.

import { call } from "./api.js";
import { bubble, excerpt } from "./whatsapp_bubbles.js";

const chatPath = (chat) => `/control/whatsapp/${chat[0]}/customers/${encodeURIComponent(chat[1])}`;
const send = (chat, message) => call("POST", `${chatPath(chat)}/messages`, message);
const write = (to, message) => send(to.chat, { ...message, ...(to.answered && { context: contextOf(to.answered, to.business) }) });
/** What a message says of the one that it answers. */
const contextOf = (message, business) => ({ from: message.direction === "in" ? business.from : message.from, id: message.id });

export const whatsapp = {
  id: "whatsapp",
  title: "WhatsApp",
  keyLabel: "Phone",
  keyExample: "+1 650 555 1234",
  readsAloud: true,

  async businesses() {
    const { numbers } = await call("GET", "/control/whatsapp/numbers");
    return numbers.map((one) => ({
      id: one.phone_number_id, name: one.verified_name, address: `+${one.display_phone_number.replace(/\D/g, "")}`,
      from: one.display_phone_number, agent: one.agent,
    }));
  },

  async customers(id) {
    const { customers } = await call("GET", `/control/whatsapp/${id}/customers`);
    return customers.map((one) => ({ key: one.wa_id || one.user_id, name: one.profile_name, messages: one.messages }));
  },

  /** For all chats of the number: Meta's agent answers first, or nobody but the business. */
  async letAgentAnswer(business, enabled) {
    await call("PUT", `/control/whatsapp/${business.id}/agent`, { enabled });
    business.agent = enabled;
  },

  rename: (chat, name) => call("PUT", chatPath(chat), { profile_name: name }),
  owner: (key) => (/^\d+$/.test(key) ? `+${key}` : key.includes(".") ? key : "group"),

  async thread(chat) {
    const { customer, messages } = await call("GET", `${chatPath(chat)}/thread`);
    return { name: customer.profile_name, messages };
  },

  idOf: (message) => message.id,

  reactionOf(message) {
    if (message.type !== "reaction") return null;
    const { message_id: target, emoji = "" } = message.reaction || {};
    return { id: message.id, target, side: message.direction, emoji, failed: message.status === "failed" };
  },

  excerpt,

  bubble(message, { chat, business, thread, attempt, answer }) {
    const quotedId = message.context?.id || message.context?.message_id;
    return bubble(message, {
      press: (reply) => attempt(() => send(chat, { ...reply, context: contextOf(message, business) })),
      react: (emoji) => attempt(() => send(chat, { type: "reaction", reaction: { message_id: message.id, emoji } })),
      answer,
      quoted: quotedId && { message: thread.find(quotedId), jump: () => thread.jumpTo(quotedId) },
      given: thread.reactions.of(message.id),
    });
  },

  text: (to, body) => write(to, { type: "text", text: { body } }),
  picture: (to, link, caption) => write(to, { type: "image", image: { link, ...(caption && { caption }) } }),
  voice: (to, sound) => file(to, sound, "audio", { voice: true }),

  async files(to, files) {
    for (const one of files) {
      const kind = ["image", "video", "audio"].find((start) => one.type.startsWith(`${start}/`)) || "document";
      await file(to, one, kind, kind === "document" ? { filename: one.name } : {});
    }
  },

  location: (to, place) => write(to, { type: "location", location: place }),

  contact(to, { name, phone }) {
    const contact = { name: { formatted_name: name, first_name: name.split(" ")[0] }, phones: [{ phone, type: "MOBILE" }] };
    return write(to, { type: "contacts", contacts: [contact] });
  },
};

async function file(to, data, kind, fields) {
  const { id, mime_type, sha256 } = await call("POST", `/control/whatsapp/${to.chat[0]}/media`, data, {
    "Content-Type": data.type || "application/octet-stream",
  });
  await write(to, { type: kind, [kind]: { id, mime_type, sha256, ...fields } });
}
