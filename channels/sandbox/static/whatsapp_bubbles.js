// One WhatsApp message as a bubble.

import { answerButton, card, choice, element, foot, link, paragraph, picture, place, player, quote, reactionMenu, reactions } from "./elements.js";

const TICKS = { sent: ["✓", "sent"], delivered: ["✓✓", "delivered"], read: ["✓✓", "read by the business"] };
const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

/**
 * `press(reply)` sends a reply object, `react(emoji)` sets or removes the customer's reaction, `answer()` begins a reply;
 * `quoted` is what this one answers, `given` the reactions of both sides.
 */
export function bubble(message, { press, react, answer, quoted, given }) {
  const mine = message.direction === "out";
  const box = element("div", { className: "bubble" }, message.sender && paragraph(message.sender, "meta"),
    quoted && quote(quoted.message ? excerpt(quoted.message) : "A message that is not here", quoted.jump), ...content(message));
  if (message.agent) box.append(paragraph("Meta's agent", "meta"));
  if (message.category) box.append(paragraph(`Sent as ${message.category}, without a template`, "meta"));
  box.append(foot(message.timestamp, mine && ticks(message)));
  const item = element("li", { className: mine ? "mine" : "theirs" }, box);
  item.dataset.id = message.id;
  if (message.status === "failed") {
    item.classList.add("failed");
    const reason = message.error ? `${message.error.code}: ${message.error.title}` : "";
    box.append(element("p", { className: "reason", text: `Never arrived. ${reason}` }));
    return item;
  }
  item.append(...choices(message, press));
  item.append(...reactions(given));
  if (!mine) item.append(reactionMenu(EMOJI, react));
  item.append(answerButton(answer));
  return item;
}

/** A message in a few words. */
export function excerpt(message) {
  const said = message[message.type] || {};
  const reply = said.button_reply || said.list_reply;
  const words = said.caption || said.filename || reply?.title || message.rendered?.body || said.body?.text || said.body;
  return typeof words === "string" ? words : said.text || `A message of type ${message.type}`;
}

function ticks({ status }) {
  const [marks, meaning] = TICKS[status] || ["·", status];
  return element("span", {
    className: `ticks ${status}`, text: marks, role: "img", "aria-label": meaning, title: meaning,
  });
}

function content(message) {
  const kind = message.type;
  const show = SHOW[kind];
  if (show) return show(message[kind] || {}, message);
  return [element("p", { className: "meta", text: `A message of type ${kind}` })];
}

const caption = (media) => (media.caption ? [paragraph(media.caption)] : []);
const address = (media) => `/control/whatsapp/media/${encodeURIComponent(media.id)}`;

function file(label) {
  return (media) => {
    const words = media.filename || label;
    const shown = media.id
      ? element("a", { text: words, href: address(media), target: "_blank", rel: "noopener" })
      : link(media.link || "", words);
    return [card("📎", shown), ...caption(media)];
  };
}

function image(media) {
  if (!media.id) return file("Image")(media);
  return [picture(address(media), media.caption || "Image"), ...caption(media)];
}

function played(tag, label) {
  return (media) => (media.id ? [player(tag, address(media), label), ...caption(media)] : file(label)(media));
}

function contacts(given) {
  return (Array.isArray(given) ? given : []).flatMap((one) => [
    card("👤", element("strong", { text: one.name?.formatted_name || "Contact" })),
    ...(one.phones || []).map((phone) => paragraph(phone.phone || phone.wa_id, "meta")),
  ]);
}

function interactive(value) {
  const reply = value.button_reply || value.list_reply;
  if (reply) return [paragraph(reply.title), ...(reply.description ? [paragraph(reply.description, "meta")] : [])];
  return [header(value.header), value.body && paragraph(value.body.text),
    value.footer && paragraph(value.footer.text, "meta")].filter(Boolean);
}

function header(value) {
  if (!value) return null;
  if (value.text) return element("p", {}, element("strong", { text: value.text }));
  const kind = (value.type || value.format || "").toLowerCase();
  return element("div", {}, ...(SHOW[kind] ? SHOW[kind](value[kind] || {}) : []));
}

function template(_value, message) {
  const shown = message.rendered || {};
  return [header(shown.header), paragraph(shown.body || ""), shown.footer && paragraph(shown.footer, "meta")]
    .filter(Boolean);
}

const SHOW = {
  text: (text) => [paragraph(text.body)],
  image, sticker: image, video: played("video", "Video"), audio: played("audio", "Audio"),
  document: file("Document"), location: (where) => place(where), contacts, interactive, template,
  button: (button) => [paragraph(button.text)],
};

function choices(message, press) {
  if (message.direction === "out") return [];
  const buttons = [...templateButtons(message, press), ...replyButtons(message, press)];
  const made = buttons.length ? [element("div", { className: "choices" }, ...buttons)] : [];
  return message.interactive?.type === "list" ? [...made, list(message.interactive.action, press)] : made;
}

function replyButtons(message, press) {
  const action = message.interactive?.action || {};
  if (message.interactive?.type === "request_contact_info") {
    return [shareNumber(press)];
  }
  if (message.interactive?.type === "cta_url") {
    return [link(action.parameters?.url, action.parameters?.display_text)];
  }
  return (action.buttons || []).filter((button) => button.reply).map(({ reply }) => choice(reply.title, () =>
    press({ type: "interactive", interactive: { type: "button_reply", button_reply: { id: reply.id, title: reply.title } } })));
}

function shareNumber(press) {
  return choice("Share my number", () => press({ type: "contacts", contacts: [{ origin: "contact_request" }] }));
}

function templateButtons(message, press) {
  return (message.rendered?.buttons || []).map((button) => {
    if (button.type === "URL") return link(button.url, button.text);
    if (button.type === "QUICK_REPLY") {
      return choice(button.text, () => press({ type: "button", button: { payload: button.payload, text: button.text } }));
    }
    if (button.type === "REQUEST_CONTACT_INFO") return shareNumber(press);
    return element("span", { text: button.text || button.code || button.phone_number || button.type });
  });
}

function list(action, press) {
  const rows = (action.sections || []).flatMap((section) => [
    section.title && element("p", { className: "meta", text: section.title }),
    ...section.rows.map((row) => {
      const { id, title, description } = row;
      const reply = description ? { id, title, description } : { id, title };
      const button = choice(title, () =>
        press({ type: "interactive", interactive: { type: "list_reply", list_reply: reply } }));
      if (description) button.append(element("small", { text: description }));
      return button;
    }),
  ]);
  return element("details", { className: "list" }, element("summary", { text: action.button || "Choose" }),
    element("div", { className: "choices" }, ...rows));
}
