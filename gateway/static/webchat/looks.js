/* How the widget looks: what the page's script tag says goes before what the channel says. */
import { webAddress } from "./dom.js";

/* Black or white, whichever can be read better on a colour such as #0a5c36; one of them always has 4.5:1. */
export function onColor(color) {
  const digits = /^#([0-9a-f]{6})$/i.exec(color || "")?.[1];
  if (!digits) return null;
  const parts = [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
}

/* Sets the chat's words, and says what the view is to look like. */
export function looksOf(chat, widget) {
  const { data, texts } = chat;
  chat.title = data.title || widget.title || texts.title;
  chat.greeting = data.greeting || widget.greeting || texts.hello;
  return { title: chat.title, color: data.color || widget.color, logo: widget.logo_url && webAddress(widget.logo_url), usual: widget.usual_answer_seconds };
}

export function lastLook(store) {
  try {
    return JSON.parse(store.get("look")) || {};
  } catch {
    return {};
  }
}
