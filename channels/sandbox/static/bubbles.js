// One message as a bubble. All text goes in as text, never as markup.

export function element(tag, { className, text, ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined && text !== null) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter(Boolean));
  return made;
}

const TICKS = { sent: ["✓", "sent"], delivered: ["✓✓", "delivered"], read: ["✓✓", "read by the business"] };
const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

/** `press(reply)` sends a reply object; `react(emoji)` sets or removes the customer's reaction. */
export function bubble(message, { press, react }) {
  const mine = message.direction === "out";
  const box = element("div", { className: "bubble" }, ...content(message));
  box.append(foot(message, mine));
  const item = element("li", { className: mine ? "mine" : "theirs" }, box);
  item.dataset.id = message.id;
  if (message.status === "failed") {
    item.classList.add("failed");
    const reason = message.error ? `${message.error.code}: ${message.error.title}` : "";
    box.append(element("p", { className: "reason", text: `Never arrived. ${reason}` }));
    return item;
  }
  item.append(...choices(message, press));
  if (message.reaction) item.append(element("span", { className: "reaction", text: message.reaction }));
  if (!mine) item.append(reactions(react));
  return item;
}

function foot(message, mine) {
  const at = new Date(Number(message.timestamp) * 1000);
  const time = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const line = element("p", { className: "foot" }, element("time", { text: time, datetime: at.toISOString() }));
  if (mine) {
    const [marks, meaning] = TICKS[message.status] || ["·", message.status];
    line.append(element("span", {
      className: `ticks ${message.status}`, text: marks, role: "img", "aria-label": meaning, title: meaning,
    }));
  }
  return line;
}

function content(message) {
  const kind = message.type;
  const show = SHOW[kind];
  if (show) return show(message[kind] || {}, message);
  return [element("p", { className: "meta", text: `A message of type ${kind}` })];
}

const paragraph = (text, className) => element("p", { text, className });
const caption = (media) => (media.caption ? [paragraph(media.caption)] : []);

function link(url, text) {
  const safe = /^https?:\/\//i.test(String(url));
  if (!safe) return element("span", { text: text || url });
  return element("a", { text: text || url, href: url, target: "_blank", rel: "noopener noreferrer" });
}

function file(label) {
  return (media) => {
    const where = media.id ? `/control/whatsapp/media/${encodeURIComponent(media.id)}` : null;
    const words = media.filename || label;
    const shown = where
      ? element("a", { text: words, href: where, target: "_blank", rel: "noopener" })
      : link(media.link || "", words);
    return [element("p", { className: "card" }, element("span", { text: "📎 ", "aria-hidden": "true" }), shown),
      ...caption(media)];
  };
}

function image(media) {
  if (!media.id) return file("Image")(media);
  const source = `/control/whatsapp/media/${encodeURIComponent(media.id)}`;
  return [element("img", { src: source, alt: media.caption || "Image", loading: "lazy" }), ...caption(media)];
}

function location(place) {
  const title = place.name || "Location";
  const details = [place.address, `${place.latitude}, ${place.longitude}`].filter(Boolean).join(" · ");
  return [element("p", { className: "card" }, element("span", { text: "📍 ", "aria-hidden": "true" }),
    element("strong", { text: title })), paragraph(details, "meta")];
}

function contacts(list) {
  return (Array.isArray(list) ? list : []).flatMap((one) => [
    element("p", { className: "card" }, element("span", { text: "👤 ", "aria-hidden": "true" }),
      element("strong", { text: one.name?.formatted_name || "Contact" })),
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
  image, sticker: image, video: file("Video"), audio: file("Audio"), document: file("Document"),
  location, contacts, interactive, template,
  button: (button) => [paragraph(button.text)],
  reaction: (reaction) => [paragraph(reaction.emoji ? `Reacted ${reaction.emoji}` : "Removed the reaction", "meta")],
};

function choices(message, press) {
  if (message.direction === "out") return [];
  const buttons = [...templateButtons(message, press), ...replyButtons(message, press)];
  const made = buttons.length ? [element("div", { className: "choices" }, ...buttons)] : [];
  return message.interactive?.type === "list" ? [...made, list(message.interactive.action, press)] : made;
}

function choice(text, onPress) {
  const button = element("button", { type: "button", text });
  button.addEventListener("click", onPress);
  return button;
}

function replyButtons(message, press) {
  const action = message.interactive?.action || {};
  if (message.interactive?.type === "cta_url") {
    return [link(action.parameters?.url, action.parameters?.display_text)];
  }
  return (action.buttons || []).filter((button) => button.reply).map(({ reply }) => choice(reply.title, () =>
    press({ type: "interactive", interactive: { type: "button_reply", button_reply: { id: reply.id, title: reply.title } } })));
}

function templateButtons(message, press) {
  return (message.rendered?.buttons || []).map((button) => {
    if (button.type === "URL") return link(button.url, button.text);
    if (button.type === "QUICK_REPLY") {
      return choice(button.text, () => press({ type: "button", button: { payload: button.payload, text: button.text } }));
    }
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

function reactions(react) {
  const menu = element("details", { className: "react" },
    element("summary", { text: "☺", "aria-label": "React to this message", title: "React" }));
  const row = element("div", { className: "emoji" });
  for (const emoji of [...EMOJI, ""]) {
    const button = element("button", { type: "button", text: emoji || "✕", "aria-label": emoji || "Remove reaction" });
    button.addEventListener("click", () => { menu.open = false; react(emoji); });
    row.append(button);
  }
  menu.append(row);
  return menu;
}
