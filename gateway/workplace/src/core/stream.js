// Following the event stream: one WebSocket, and another one when it breaks, from the last cursor on.
//
// Protocol: a browser can't set headers on a WebSocket, so the first frame is
//   {"type": "auth", "token": "…", "cursor": "…"}
// The answer is {"type": "hello", "cursor"}, then events, each with the cursor after it, and every
// 15 s {"type": "heartbeat", "cursor"}. Who comes back with the last cursor gets everything since,
// each event once, in order. Close codes: 4401 the token is worth nothing; 4410 the cursor is too
// old, so read the lists again; everything else: come back.

const UNAUTHENTICATED = 4401;
const CURSOR_EXPIRED = 4410;
const SILENCE = 40_000; // more than two heartbeats: the line is dead although it looks open
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 20_000;
const AWAY = 180_000; // without a key or a movement
const SPREAD = 2_000; // a lost stream is everybody's: their lists are not all read in the same moment

export class EventStream {
  #socket = null;
  #attempts = 0;
  #timer = null;
  #silence = null;
  #ended = false;
  #over = new AbortController();
  #touched = Date.now();

  /**
   * @param {object} options
   * @param {string} options.cursor Where to start: read before the lists.
   * @param {(event: object) => void} options.onEvent
   * @param {(conversationId: string) => void} [options.onTyping] The customer types there.
   * @param {(frame: object) => void} [options.onLooking] A colleague has a conversation on the screen, or no longer.
   * @param {(state: "connecting"|"live"|"offline") => void} options.onState
   * @param {() => void} options.onExpired Events were lost: read a cursor and the lists, start anew.
   * @param {() => void} options.onUnauthenticated
   */
  constructor(options) {
    this.options = options;
    this.cursor = options.cursor;
    this.#comeBack = () => this.#connectNow();
    addEventListener("online", this.#comeBack);
    addEventListener("pageshow", this.#comeBack);
    globalThis.document?.addEventListener("visibilitychange", this.#show, { signal: this.#over.signal });
    for (const one of ["pointermove", "pointerdown", "keydown", "wheel"]) {
      addEventListener(one, () => (this.#touched = Date.now()), { signal: this.#over.signal, passive: true });
    }
    this.#connect();
  }

  #comeBack;

  /** Says whether the page is in front of its reader: with each heartbeat while it is, and when that changes. */
  #show = () => this.#say({ type: "visible", visible: isVisible() });

  /** Somebody is in front of the page: who has gone, and left it open, is told elsewhere. */
  #isSeen = () => isVisible() && Date.now() - this.#touched < AWAY;

  /** Tells the server that the operator writes; it passes it on where the messenger can show it. */
  typing(conversationId) {
    this.#say({ type: "typing", conversation_id: conversationId });
  }

  close() {
    this.#ended = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    removeEventListener("online", this.#comeBack);
    removeEventListener("pageshow", this.#comeBack);
    this.#over.abort();
    this.#socket?.close();
  }

  #connect() {
    this.options.onState(this.#attempts > 1 ? "offline" : "connecting");
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/api/v1/events`);
    this.#socket = socket;
    socket.onopen = () => this.#say({ type: "auth", token: this.options.token, cursor: this.cursor });
    socket.onmessage = (frame) => socket === this.#socket && this.#take(JSON.parse(frame.data));
    socket.onclose = ({ code }) => socket === this.#socket && this.#closed(code);
    this.#listenForSilence();
  }

  #connectNow() {
    if (this.#ended || this.#socket?.readyState === WebSocket.OPEN) return;
    clearTimeout(this.#timer);
    this.#connect();
  }

  #take(frame) {
    this.#listenForSilence();
    if (frame.cursor) this.cursor = frame.cursor;
    if (frame.type === "hello") {
      this.#attempts = 0;
      this.options.onState("live");
    }
    if ((frame.type === "hello" || frame.type === "heartbeat") && this.#isSeen()) this.#show();
    if (frame.id && frame.data) this.options.onEvent(frame);
    if (frame.type === "looking") this.options.onLooking?.(frame);
    if (frame.type === "typing") this.options.onTyping?.(frame.conversation_id);
  }

  #closed(code) {
    this.#socket = null;
    clearTimeout(this.#silence);
    if (this.#ended) return;
    if (code === UNAUTHENTICATED || code === CURSOR_EXPIRED) {
      this.close();
      if (code === UNAUTHENTICATED) return void this.options.onUnauthenticated();
      this.options.onState("connecting");
      this.#timer = setTimeout(() => this.options.onExpired(), Math.random() * SPREAD);
      return;
    }
    this.#attempts += 1;
    this.options.onState(this.#attempts > 1 ? "offline" : "connecting");
    this.#timer = setTimeout(() => this.#connect(), pause(this.#attempts));
  }

  #listenForSilence() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      const dead = this.#socket;
      this.#closed(0); // a dead line would take minutes to say so itself
      dead?.close();
    }, SILENCE);
  }

  #say(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }
}

const isVisible = () => globalThis.document?.visibilityState === "visible";

/** Doubled each time, and spread, so that a restarted server does not meet everyone at once. */
export function pause(attempts, random = Math.random()) {
  const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempts - 1));
  return longest * (0.5 + random / 2);
}
