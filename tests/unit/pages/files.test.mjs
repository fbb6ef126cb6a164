// What chosen files become when they are sent, and which links are over.

import assert from "node:assert/strict";
import test from "node:test";

const PAGE = "../../../gateway/workplace/src/inbox";
const { contentsOf } = await import(`${PAGE}/attachments.js`);
const { isOver } = await import(`${PAGE}/thread/links.ts`);

const file = (mime_type, bytes = 1000) => ({ id: mime_type, mime_type, bytes });
const types = (contents) => contents.map((one) => one.type);

test("files are sent as what all messengers take", () => {
  const mimes = ["image/jpeg", "image/webp", "video/mp4", "video/webm", "audio/ogg", "application/pdf"];
  assert.deepEqual(types(contentsOf(mimes.map((one) => file(one)), "")), ["image", "document", "video", "document", "audio", "document"]);
  assert.deepEqual(types(contentsOf([file("image/png", 6e6), file("video/mp4", 17e6)], "")), ["document", "document"]);
});

test("a text goes along where one file can carry it, and follows otherwise", () => {
  assert.deepEqual(contentsOf([file("image/png")], "blue"), [{ type: "image", media: { id: "image/png" }, caption: "blue" }]);
  assert.deepEqual(types(contentsOf([file("audio/ogg")], "listen")), ["audio", "text"]);
  assert.deepEqual(types(contentsOf([file("image/png"), file("image/png")], "both")), ["image", "image", "text"]);
  assert.deepEqual(contentsOf([], "words"), [{ type: "text", text: "words" }]);
});

test("our links say when they are over", () => {
  globalThis.document ??= { baseURI: "https://inbox.example/" };
  assert.equal(isOver("https://inbox.example/api/v1/media/a?until=1000&signature=x", 1_000_000), true);
  assert.equal(isOver("https://inbox.example/api/v1/media/a?until=1001&signature=x", 1_000_000), false);
  assert.equal(isOver("https://elsewhere.example/picture.png", 1_000_000), false);
});
