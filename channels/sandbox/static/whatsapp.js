// WhatsApp as the page needs it: who there is, what a chat holds, and what a customer can do.

import { call } from "./api.js";
import { bubble } from "./whatsapp_bubbles.js";

const chatPath = (chat) => `/control/whatsapp/${chat[0]}/customers/${encodeURIComponent(chat[1])}`;
const write = (chat, message) => call("POST", `${chatPath(chat)}/messages`, message);

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
    return customers.map((one) => ({ key: one.wa_id || one.user_id, name: one.profile_name }));
  },

  /** For all chats of the number: Meta's agent answers first, or nobody but the business. */
  async letAgentAnswer(business, enabled) {
    await call("PUT", `/control/whatsapp/${business.id}/agent`, { enabled });
    business.agent = enabled;
  },

  rename: (chat, name) => call("PUT", chatPath(chat), { profile_name: name }),
  owner: (key) => (key.includes(".") ? key : `+${key}`),

  async thread(chat) {
    const { customer, messages } = await call("GET", `${chatPath(chat)}/thread`);
    return { name: customer.profile_name, messages };
  },

  idOf: (message) => message.id,

  bubble(message, { chat, business, attempt }) {
    const context = { from: business.from, id: message.id };
    return bubble(message, {
      press: (reply) => attempt(() => write(chat, { ...reply, context })),
      react: (emoji) => attempt(() => write(chat, { type: "reaction", reaction: { message_id: message.id, emoji } })),
    });
  },

  text: (chat, body) => write(chat, { type: "text", text: { body } }),
  picture: (chat, link, caption) => write(chat, { type: "image", image: { link, ...(caption && { caption }) } }),
  voice: (chat, sound) => file(chat, sound, "audio", { voice: true }),

  async files(chat, files) {
    for (const one of files) {
      const kind = ["image", "video", "audio"].find((start) => one.type.startsWith(`${start}/`)) || "document";
      await file(chat, one, kind, kind === "document" ? { filename: one.name } : {});
    }
  },

  location: (chat, place) => write(chat, { type: "location", location: place }),

  contact(chat, { name, phone }) {
    const contact = { name: { formatted_name: name, first_name: name.split(" ")[0] }, phones: [{ phone, type: "MOBILE" }] };
    return write(chat, { type: "contacts", contacts: [contact] });
  },
};

async function file(chat, data, kind, fields) {
  const { id, mime_type, sha256 } = await call("POST", `/control/whatsapp/${chat[0]}/media`, data, {
    "Content-Type": data.type || "application/octet-stream",
  });
  await write(chat, { type: kind, [kind]: { id, mime_type, sha256, ...fields } });
}
