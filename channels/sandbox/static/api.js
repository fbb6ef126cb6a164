// Calls of the sandbox's control API, and its live feed.

export async function call(method, path, body, headers = {}) {
  const sent = body === undefined || body instanceof Blob ? body : JSON.stringify(body);
  const answer = await fetch(path, { method, body: sent, headers });
  const value = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(value.error || `HTTP ${answer.status}`);
  return value;
}

export const page = () => call("GET", "/control/page");

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
