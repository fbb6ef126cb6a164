// Parts that the bubbles of all messengers are made of. All text goes in as text, never as markup.

export function element(tag, { className, text, ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined && text !== null) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter(Boolean));
  return made;
}

export const paragraph = (text, className) => element("p", { text, className });

export function link(url, text) {
  const safe = /^https?:\/\//i.test(String(url));
  if (!safe) return element("span", { text: text || url });
  return element("a", { text: text || url, href: url, target: "_blank", rel: "noopener noreferrer" });
}

export function card(sign, shown) {
  return element("p", { className: "card" }, element("span", { text: `${sign} `, "aria-hidden": "true" }), shown);
}

export function place({ name, address, latitude, longitude }) {
  const details = [address, `${latitude}, ${longitude}`].filter(Boolean).join(" · ");
  return [card("📍", element("strong", { text: name || "Location" })), paragraph(details, "meta")];
}

/** A file that the browser can show itself, from the sandbox. */
export function player(tag, source, label) {
  return element(tag, { src: source, controls: "", preload: "metadata", "aria-label": label });
}

export function picture(source, alt) {
  return element("img", { src: source, alt, loading: "lazy" });
}

export function choice(text, onPress) {
  const button = element("button", { type: "button", text });
  button.addEventListener("click", onPress);
  return button;
}

/** The line under a message: its time, and marks that say how far it came. */
export function foot(seconds, ...marks) {
  const at = new Date(Number(seconds) * 1000);
  const time = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return element("p", { className: "foot" }, element("time", { text: time, datetime: at.toISOString() }), ...marks);
}

/** The message that is answered, as a button that leads to it. */
export function quote(text, onPress) {
  const button = element("button", { type: "button", className: "quote", text });
  button.addEventListener("click", onPress);
  return button;
}

/** What both sides have reacted with: `[{side, emoji}]`, where the side "out" is the customer's. */
export function reactions(given) {
  return given.map(({ side, emoji }) => element("span", { className: "reaction", text: emoji, role: "img",
    "aria-label": `${emoji}, ${side === "out" ? "the customer's reaction" : "the business's reaction"}` }));
}

export function answerButton(onPress) {
  const button = element("button", { type: "button", className: "answer", text: "↩", "aria-label": "Answer this message", title: "Answer" });
  button.addEventListener("click", onPress);
  return button;
}

/** A small menu beside a message with the emoji to react with. */
export function reactionMenu(emoji, react) {
  const menu = element("details", { className: "react" },
    element("summary", { text: "☺", "aria-label": "React to this message", title: "React" }));
  const row = element("div", { className: "emoji" });
  for (const one of [...emoji, ""]) {
    const button = element("button", { type: "button", text: one || "✕", "aria-label": one || "Remove reaction" });
    button.addEventListener("click", () => { menu.open = false; react(one); });
    row.append(button);
  }
  menu.append(row);
  menu.addEventListener("toggle", () => { if (menu.open) row.scrollIntoView({ block: "nearest" }); });
  return menu;
}
