/* The line to the server: opens it again and again, with pauses that grow and differ from page to page. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30000;
const PING_EVERY = 25000;
const ANSWER_WITHIN = 10000;
const OPEN_WITHIN = 15000;

export class Line {
  constructor(url, handlers) {
    this.url = url;
    this.handlers = handlers;
    this.tries = 0;
    this.stopped = false;
    addEventListener("online", () => this.hurry());
    addEventListener("pageshow", () => this.hurry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.hurry());
  }

  open() {
    clearTimeout(this.timer);
    this.stopped = false;
    if (this.socket) return;
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.live = false;
    this.watch(OPEN_WITHIN);
    socket.onopen = async () => {
      const hello = await this.handlers.hello();
      if (this.socket === socket && socket.readyState === 1) socket.send(JSON.stringify({ type: "hello", ...hello }));
    };
    socket.onmessage = (event) => this.socket === socket && this.take(JSON.parse(event.data));
    socket.onclose = (event) => this.socket === socket && this.lost(event.code, event.reason);
  }

  take(frame) {
    this.watch(PING_EVERY, true);
    if (frame.type === "welcome") {
      this.tries = 0;
      this.live = true;
    }
    this.handlers.frame(frame);
  }

  /* A browser tells a script of no ping and notices a dead line only after minutes: ask. */
  watch(milliseconds, ask = false) {
    clearTimeout(this.watcher);
    this.watcher = setTimeout(() => {
      if (ask) {
        this.send({ type: "ping" });
        this.watch(ANSWER_WITHIN);
      } else {
        this.cut();
      }
    }, milliseconds);
  }

  cut() {
    const socket = this.socket;
    if (!socket) return;
    this.lost(1006, "");
    socket.close();
  }

  lost(code, reason) {
    clearTimeout(this.watcher);
    this.socket = null;
    this.live = false;
    this.tries += 1;
    const goOn = this.handlers.lost(code, reason);
    if (goOn === false || this.stopped) return;
    const most = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(this.tries - 1, 10));
    this.timer = setTimeout(() => this.open(), most * (0.5 + Math.random() / 2));
  }

  hurry() {
    if (this.stopped || this.socket) return;
    this.open();
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    clearTimeout(this.watcher);
    const socket = this.socket;
    this.socket = null;
    this.live = false;
    socket?.close();
  }

  send(frame) {
    if (this.socket?.readyState !== 1) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }
}
