// What helpers are offered for: the customer's words, and nothing that no helper can do.

import assert from "node:assert/strict";
import { test } from "node:test";
import { helpFor } from "../../../gateway/workplace/src/inbox/helped.js";
import { message } from "./samples.mjs";

const ALL = new Set(["translate", "transcribe"]);
const written = (more) => message({ direction: "in", content: { type: "text", text: "Hola" }, ...more });
const voice = written({ content: { type: "voice", media: { id: "f" } } });

test("texts and captions are translated, sound is written down", () => {
  assert.equal(helpFor(written(), ALL), "translate");
  assert.equal(helpFor(written({ content: { type: "image", caption: "Hola", media: { id: "f" } } }), ALL), "translate");
  assert.equal(helpFor(voice, ALL), "transcribe");
});

test("nothing without such a helper, without words, of ours, or of what was deleted", () => {
  assert.equal(helpFor(voice, new Set(["translate"])), null);
  assert.equal(helpFor(written(), new Set()), null);
  assert.equal(helpFor(written({ content: { type: "image", media: { id: "f" } } }), ALL), null);
  assert.equal(helpFor(written({ direction: "out" }), ALL), null);
  assert.equal(helpFor(written({ deleted_at: "2026-05-04T10:00:00Z" }), ALL), null);
});
