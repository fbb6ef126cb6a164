/* The widget begins: one chat a page, and what the page may do with it. */
import { Chat } from "./chat.js";

const OWN_SCRIPT = document.currentScript || document.querySelector('script[src*="/webchat/"][src*="/widget.js"]');

function start() {
  if (!OWN_SCRIPT || window.webchat) return;
  const chat = new Chat(OWN_SCRIPT);
  window.webchat = {
    open: () => chat.view.open(),
    close: () => chat.view.close(),
    toggle: () => chat.view.toggle(),
    identify: (identity) => chat.identify(identity),
    forget: () => chat.forget(),
    on: (name, listener) => chat.on(name, listener),
  };
  document.dispatchEvent(new CustomEvent("webchat:ready"));
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
