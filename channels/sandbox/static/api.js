// The sandbox's control API, and its live feed.

export async function call(method, path, body, headers = {}) {
  const answer = await fetch(path, { method, body, headers });
  const value = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(value.error || `HTTP ${answer.status}`);
  return value;
}

const chatPath = (chat) => `/control/whatsapp/${chat[0]}/customers/${encodeURIComponent(chat[1])}`;

export const numbers = async () => (await call("GET", "/control/whatsapp/numbers")).numbers;
export const customers = async (number) =>
  (await call("GET", `/control/whatsapp/${number}/customers`)).customers;
export const name = (chat, profile_name) => call("PUT", chatPath(chat), JSON.stringify({ profile_name }));
export const thread = (chat) => call("GET", `${chatPath(chat)}/thread`);
export const write = (chat, message) => call("POST", `${chatPath(chat)}/messages`, JSON.stringify(message));
export const upload = (number, file) =>
  call("POST", `/control/whatsapp/${number}/media`, file, {
    "Content-Type": file.type || "application/octet-stream",
  });

/** Follows the feed for ever; `onOpen` runs at each connection, after which nothing is missed. */
export class Live {
  constructor({ onEvent, onOpen, onState }) {
    this.handlers = { onEvent, onOpen, onState };
    this.shown = [];
    this.wait = 250;
    this.connect();
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}/control/live`);
    this.socket.onopen = () => {
      this.wait = 250;
      this.handlers.onState(true);
      this.show(this.shown);
      this.handlers.onOpen();
    };
    this.socket.onmessage = (frame) => this.handlers.onEvent(JSON.parse(frame.data));
    this.socket.onclose = () => {
      this.handlers.onState(false);
      setTimeout(() => this.connect(), this.wait);
      this.wait = Math.min(this.wait * 2, 4000);
    };
  }

  /** Says which chats the customers look at: their messages become read at once. */
  show(chats) {
    this.shown = chats;
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ open: chats }));
  }
}
