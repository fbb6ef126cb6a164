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

for (const [what, components] of [["positions", ORDER], ["names", NAMED]]) {
  test(`components with ${what} come back as they were`, () => {
    const { others, ...parts } = partsOf(components);
    assert.deepEqual(componentsOf(parts, others), components);
  });
}

test("what the form has no field for is kept", () => {
  const picture = { type: "HEADER", format: "IMAGE", example: { header_handle: ["4::aW"] } };
  const { others, ...parts } = partsOf([picture, ...NAMED]);
  assert.deepEqual(componentsOf(parts, others), [picture, ...NAMED]);
});

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
