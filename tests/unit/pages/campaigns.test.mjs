// Campaigns in words, what is read of a list, and progress as it comes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { actionsOf, columnsOf, figures, isAboutLines, reasonOf, settled, textOf, whyLeftOut } from "../../../gateway/workplace/src/campaigns/campaign_words.ts";
import { blankFor, draftOf, fieldsOf, localText } from "../../../gateway/workplace/src/campaigns/draft.ts";
import { messagePreview } from "../../../gateway/workplace/src/campaigns/message_preview.ts";
import { slotsOf, textsOf, usualColumn, variablesOf } from "../../../gateway/workplace/src/campaigns/variables.ts";
import { applyEvent } from "../../../gateway/workplace/src/core/events.js";
import { initialState } from "../../../gateway/workplace/src/core/store.js";

const counts = { total: 10, waiting: 1, sent: 5, delivered: 4, read: 2, failed: 1, unknown: 1, skipped: 2 };

test("the columns of a list are named as the server names them", () => {
  assert.deepEqual(columnsOf("phone,First name,Order-No\n+49…"), ["first_name", "order_no"]);
  assert.deepEqual(columnsOf("\ufeff\"Имя\";Телефон\r\n"), ["имя"]);
  assert.deepEqual(columnsOf("a\tb"), ["b"], "the first is the phone where none is called so");
  assert.deepEqual(columnsOf(""), []);
  assert.deepEqual(columnsOf("sep=;\r\nphone;a, b, c;d"), ["a_b_c", "d"], "Excel's first line names the delimiter");
  assert.deepEqual(columnsOf('"a, b, c";phone;d'), ["a_b_c", "d"], "delimiters within quotation marks are none");
});

test("a list may be UTF-16, as spreadsheets save it", () => {
  assert.equal(textOf(new Uint8Array([0xff, 0xfe, 0x61, 0x00, 0xe9, 0x00])), "a\u00e9");
  assert.equal(textOf(new TextEncoder().encode("\u00e9")), "\u00e9");
  assert.equal(textOf(new Uint8Array()), "");
});

test("why somebody would get nothing is said in the page's words, or the server's", () => {
  assert.match(whyLeftOut({ reason: "no_consent", explanation: "x" }), /No consent/);
  assert.equal(whyLeftOut({ reason: "something_new", explanation: "It is new." }), "It is new.");
  assert.ok(isAboutLines({ errors: [{ pointer: "/lines/2", message: "x" }] }));
  assert.ok(!isAboutLines({ errors: [{ pointer: "/name", message: "x" }] }));
});

const NEEDED = [
  [{ body: ["1", "2"] }, { body: ["{{ a }}", "x"] }],
  [{ body: ["name"] }, { body: { name: "{{ a }}" } }],
  [{ header: "text", header_variable: "1", body: ["1"] }, { header: { 1: "h" }, body: ["b"] }],
  [{ header: "image", buttons: [{ index: 1, type: "url", text: "Shop" }] }, { header: { image: { link: "https://shop.example/a.png" } }, buttons: [{ index: 1, value: "{{ code }}" }] }],
  [{ header: "location", offer: true }, { header: { location: { latitude: "1", longitude: "2", name: "Shop" } }, offer: { expires_at: "2026-12-24T00:00:00Z" } }],
  [{ header: "document" }, { header: { document: { id: "0a1b" } } }],
  [{ body: ["1"], cards: [{ header: "video", body: ["1"] }, { body: [] }] }, { body: ["b"], cards: [{ header: { video: { link: "l" } }, body: ["c"] }, {}] }],
];

for (const [needed, variables] of NEEDED) {
  test(`variables come back as they were: ${JSON.stringify(variables)}`, () => {
    const texts = textsOf(needed, variables);
    assert.deepEqual(variablesOf(needed, texts), variables);
    assert.deepEqual(Object.keys(texts).sort(), slotsOf(needed).map((one) => one.key).sort());
  });
}

test("a field stands where the server names what is wrong with it", () => {
  const at = (needed) => slotsOf(needed).map((one) => one.pointer);
  assert.deepEqual(at({ header: "image", body: ["1", "2"], buttons: [{ index: 3, type: "url", text: "" }] }), ["/header/image/link", "/body/0", "/body/1", "/buttons/0/value"]);
  assert.deepEqual(at({ header: "text", header_variable: "day", body: ["name"], cards: [{ body: ["1"] }] }), ["/header/day", "/body/name", "/cards/0/body/0"]);
});

test("where nothing is written, columns go by their names or their order, as the server has it", () => {
  assert.equal(variablesOf({ body: ["1"] }, { "0 body 1": " " }), null);
  assert.equal(usualColumn({ body: ["name", "day"] }, "day", ["day", "name"]), "day");
  assert.equal(usualColumn({ body: ["1", "2"] }, "2", ["first_name", "order"]), "order");
  assert.equal(usualColumn({ body: ["1"] }, "1", []), "");
});

const TEMPLATES = [{ name: "sale", language: "en", parameters_needed: { body: ["1"] } }, { name: "sale_2", language: "pt_BR", parameters_needed: {} }];
const CONSENT = { at: "2026-11-28T10:00:00Z", wording: "Yes." };
const CAMPAIGN = {
  name: "Spring", channel_id: "n1", template: { name: "sale", language: "en" }, variables: { body: ["{{ a }}"] }, by_language: true,
  variant: { template: { name: "sale_2", language: "pt_BR" }, variables: null, share: 20 }, schedule_at: "2026-12-01T08:30:00.000Z", rate_per_second: 5,
  quiet_hours: { begin: "21:00", end: "09:00" }, frequency_cap: { messages: 2, days: 7 }, region: "DE",
};

test("a campaign's form sends what it was read from; its consent stays as it was given", () => {
  const campaign = { ...CAMPAIGN, consent: { source: "fair", at: "2025-01-01T00:00:00Z", wording: "Old." } };
  assert.deepEqual(fieldsOf(draftOf(campaign, TEMPLATES), TEMPLATES, campaign, CONSENT), CAMPAIGN);
  const changed = fieldsOf({ ...draftOf(campaign, TEMPLATES), consent: "form" }, TEMPLATES, campaign, CONSENT);
  assert.deepEqual(changed.consent, { source: "form", ...CONSENT });
});

test("a new campaign has what is usual", () => {
  const sent = fieldsOf({ ...blankFor("n1"), name: " Spring ", template: "sale en" }, TEMPLATES, null, CONSENT);
  assert.deepEqual([sent.name, sent.template, sent.variables, sent.variant, sent.consent, sent.quiet_hours], ["Spring", { name: "sale", language: "en" }, null, null, null, null]);
  assert.equal(localText(null), "");
});

test("what is settled, what is shown, what can be done", () => {
  assert.equal(settled(counts), 9);
  assert.deepEqual(figures(counts).map(([term]) => term), ["Waiting", "Sent", "Delivered", "Read", "Failed", "Unknown", "Skipped"]);
  const names = (state) => [...actionsOf({ state, counts })];
  assert.deepEqual(names("running"), ["pause", "cancel"]);
  assert.deepEqual(names("completed"), ["retry"]);
  assert.deepEqual(names("cancelled"), []);
});

test("an unknown reason is shown as it is", () => {
  assert.match(reasonOf({ reason: "template_paused" }), /paused/);
  assert.match(reasonOf({ reason: "something_new" }), /something_new/);
  assert.equal(reasonOf({ reason: null }), null);
});

test("progress takes the place of what was known", () => {
  const state = initialState({ id: "me", role: "owner" });
  const data = { id: "c1", state: "running", counts };
  const result = applyEvent(state, { type: "campaign.progress", data });
  assert.deepEqual([...result.state.campaigns.values()], [data]);
  assert.deepEqual(applyEvent(result.state, { type: "campaign.progress", data }).effects, []);
  const gone = applyEvent(state, { type: "campaign.progress", data: { ...data, state: "deleted" } });
  assert.equal(gone.state.campaigns.size, 0);
});

test("the message is shown with what was written, with columns, and else with its variables", () => {
  const components = [
    { type: "HEADER", format: "TEXT", text: "For {{1}}" }, { type: "BODY", text: "Dear {{1}}, {{2}} waits for {{3}}." }, { type: "FOOTER", text: "Bye" },
    { type: "BUTTONS", buttons: [{ type: "QUICK_REPLY", text: "Stop" }] },
  ];
  const shown = messagePreview(components, { "0 header": "friends", "0 body 1": "Ann" }, (name) => (name === "2" ? "{{ thing }}" : ""));
  assert.deepEqual(shown, { header: { text: "For friends", format: "TEXT" }, body: "Dear Ann, {{ thing }} waits for {{3}}.", footer: "Bye", buttons: [{ text: "Stop" }] });
  assert.equal(messagePreview([{ type: "BODY", text: "Hi" }], {}, () => "").header, null);
});
