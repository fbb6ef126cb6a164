// The event stream's client: its first frame, its cursor, and what the close codes mean.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { EventStream, pause } from "../../../gateway/workplace/src/core/stream.js";

const sockets = [];
class FakeSocket {
  static OPEN = 1;
  readyState = 1;
  sent = [];
  constructor(url) { this.url = url; sockets.push(this); }
  send(text) { this.sent.push(JSON.parse(text)); }
  close() { this.readyState = 3; }
  says(frame) { this.onmessage({ data: JSON.stringify(frame) }); }
}
const page = new EventTarget();
Object.assign(globalThis, {
  WebSocket: FakeSocket, location: { protocol: "https:", host: "inbox.example" },
  addEventListener: page.addEventListener.bind(page), removeEventListener: page.removeEventListener.bind(page),
});

function follow() {
  const seen = [];
  const on = (name) => (value) => seen.push(value === undefined ? name : [name, value?.cursor ?? value]);
  const options = { token: "t", cursor: "c0", onEvent: on("event"), onTyping: on("typing"), onState: on("state"), onExpired: on("expired"), onUnauthenticated: on("unauthenticated") };
  sockets.length = 0;
  return { stream: new EventStream(options), seen };
}

test("it shows its token in the first frame, and follows", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { stream, seen } = follow();
  assert.equal(sockets[0].url, "wss://inbox.example/api/v1/events");
  sockets[0].onopen();
  assert.deepEqual(sockets[0].sent, [{ type: "auth", token: "t", cursor: "c0" }]);
  sockets[0].says({ type: "hello", cursor: "c0" });
  sockets[0].says({ type: "message.created", cursor: "c1", id: "e1", data: {} });
  sockets[0].says({ type: "heartbeat", cursor: "c2" });
  sockets[0].says({ type: "error", code: "not_found", detail: "" });
  assert.deepEqual(seen, [["state", "connecting"], ["state", "live"], ["event", "c1"]]);
  stream.close();
  mock.timers.reset();
});

test("it tells of typing, which is no event", () => {
  const { stream, seen } = follow();
  sockets[0].says({ type: "hello", cursor: "c0" });
  sockets[0].says({ type: "typing", conversation_id: "k1" });
  assert.deepEqual(seen.at(-1), ["typing", "k1"]);
  assert.equal(stream.cursor, "c0");
  stream.close();
});

test("it says whether the page is seen: at the start, with each heartbeat, and when that changes", () => {
  const seen = Object.assign(new EventTarget(), { visibilityState: "visible" });
  globalThis.document = seen;
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const { stream } = follow();
  sockets[0].says({ type: "hello", cursor: "c0" });
  sockets[0].says({ type: "heartbeat", cursor: "c1" });
  mock.timers.setTime(200_000);
  sockets[0].says({ type: "heartbeat", cursor: "c1" });
  assert.equal(sockets[0].sent.length, 2, "nobody has touched it for three minutes");
  page.dispatchEvent(new Event("keydown"));
  sockets[0].says({ type: "heartbeat", cursor: "c1" });
  assert.equal(sockets[0].sent.length, 3);
  seen.visibilityState = "hidden";
  seen.dispatchEvent(new Event("visibilitychange"));
  sockets[0].says({ type: "heartbeat", cursor: "c2" });
  assert.deepEqual(sockets[0].sent, [true, true, true, false].map((visible) => ({ type: "visible", visible })));
  stream.close();
  seen.dispatchEvent(new Event("visibilitychange"));
  assert.equal(sockets[0].sent.length, 4);
  delete globalThis.document;
  mock.timers.reset();
});

test("after a break it comes back with the last cursor", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { stream } = follow();
  sockets[0].says({ type: "hello", cursor: "c0" });
  sockets[0].says({ type: "heartbeat", cursor: "c7" });
  sockets[0].onclose({ code: 1006 });
  mock.timers.tick(500);
  sockets[1].onopen();
  assert.equal(sockets[1].sent[0].cursor, "c7");
  stream.close();
  mock.timers.reset();
});

test("a line that says nothing is dead", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { stream } = follow();
  mock.timers.tick(40_000);
  mock.timers.tick(500);
  assert.equal(sockets.length, 2);
  stream.close();
  mock.timers.reset();
});

for (const [code, meaning] of [[4410, "expired"], [4401, "unauthenticated"]]) {
  test(`close code ${code}: ${meaning}`, () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const { seen } = follow();
    sockets[0].onclose({ code });
    mock.timers.tick(60_000);
    assert.equal(seen.at(-1), meaning);
    assert.equal(sockets.length, 1);
    mock.timers.reset();
  });
}

test("who signs out after a lost stream reads no lists", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { stream, seen } = follow();
  sockets[0].onclose({ code: 4410 });
  stream.close();
  mock.timers.tick(60_000);
  assert.ok(!seen.includes("expired"));
  mock.timers.reset();
});

test("pauses grow, are spread, and have an end", () => {
  assert.deepEqual([1, 2, 3, 20].map((attempts) => pause(attempts, 1)), [500, 1000, 2000, 20_000]);
  assert.equal(pause(1, 0), 250);
});
