// What the template form writes is what it reads.

import assert from "node:assert/strict";
import { test } from "node:test";

import { componentsOf, fieldOf, partsOf, variablesIn } from "../../../gateway/workplace/src/templates/template_parts.js";

const ORDER = [
  { type: "HEADER", format: "TEXT", text: "Order {{1}}", example: { header_text: ["4711"] } },
  { type: "BODY", text: "Hello {{1}}, it comes on {{2}}.", example: { body_text: [["Anna", "Monday"]] } },
  { type: "FOOTER", text: "Shop" },
  { type: "BUTTONS", buttons: [
    { type: "QUICK_REPLY", text: "Thanks" },
    { type: "URL", text: "Track", url: "https://shop.example/{{1}}", example: ["https://shop.example/example"] },
    { type: "PHONE_NUMBER", text: "Call", phone_number: "+14155550100" },
  ] },
];
const NAMED = [
  { type: "BODY", text: "Hello {{name}}!", example: { body_text_named_params: [{ param_name: "name", example: "Anna" }] } },
];

const sample = (format) => ({ type: "HEADER", format, example: { header_handle: ["4::aW"] } });
const card = (tea) => ({ components: [
  sample("IMAGE"), { type: "BODY", text: "From {{1}}", example: { body_text: [[tea]] } }, { type: "BUTTONS", buttons: [{ type: "QUICK_REPLY", text: "Order" }] },
] });
const CAROUSEL = [{ type: "BODY", text: "Our teas" }, { type: "CAROUSEL", cards: [card("Assam"), card("Uji")] }];

for (const [what, components] of [
  ["positions", ORDER], ["names", NAMED], ["cards", CAROUSEL], ["a place", [{ type: "HEADER", format: "LOCATION" }, ...NAMED]],
  ...["IMAGE", "VIDEO", "DOCUMENT"].map((format) => [format, [sample(format), ...NAMED]]), ["no sample yet", [{ type: "HEADER", format: "IMAGE" }, ...NAMED]],
]) {
  test(`components with ${what} come back as they were`, () => {
    const { others, ...parts } = partsOf(components);
    assert.deepEqual(componentsOf(parts, others), components);
  });
}

for (const [what, kept] of [
  ["a countdown", { type: "LIMITED_TIME_OFFER", limited_time_offer: { text: "Soon over", has_expiration: true } }],
  ["cards with a footer", { type: "CAROUSEL", cards: [{ components: [sample("IMAGE"), { type: "FOOTER", text: "Shop" }] }] }],
  ["cards with a document", { type: "CAROUSEL", cards: [{ components: [sample("DOCUMENT")] }] }],
]) {
  test(`${what}, which the form has no field for, is kept`, () => {
    const { others, ...parts } = partsOf([kept, ...NAMED]);
    assert.deepEqual(componentsOf(parts, others), [kept, ...NAMED]);
  });
}

test("variables are named once, in their order", () => {
  assert.deepEqual(variablesIn("{{2}} {{ 1 }} {{2}} {no}"), ["2", "1"]);
});

test("buttons that the form has no fields for are kept, in their place", () => {
  const buttons = [{ type: "COPY_CODE", example: "SPRING" }, { type: "QUICK_REPLY", text: "Thanks" }];
  const { others, ...parts } = partsOf([...NAMED, { type: "BUTTONS", buttons }]);
  assert.deepEqual(componentsOf(parts, others), [...NAMED, { type: "BUTTONS", buttons }]);
});

for (const [pointer, field] of [
  ["/name", "/name"], ["/components/0/text", "/header"], ["/components/1/example/body_text", "/body"], ["/components/2", "/footer"],
  ["/components/3/buttons/1/url", "/buttons/1"], ["/components/3", "/buttons/0"], ["/components/9/text", ""],
]) {
  test(`${pointer} is said at ${field || "no field"}`, () => assert.equal(fieldOf(pointer, ORDER), field));
}

for (const [pointer, field] of [
  ["/components/1/cards", "/cards"], ["/components/1", "/cards"], ["/components/1/cards/1", "/cards/1/header"],
  ["/components/1/cards/0/components/0", "/cards/0/header"], ["/components/1/cards/1/components/1/text", "/cards/1/body"],
]) {
  test(`${pointer} of a carousel is said at ${field}`, () => assert.equal(fieldOf(pointer, CAROUSEL), field));
}
