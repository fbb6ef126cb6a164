// What the service worker shows for what it is sent.

import assert from "node:assert/strict";
import { test } from "node:test";
import en from "../../../gateway/workplace/src/languages/en/notices.ts";
import ru from "../../../gateway/workplace/src/languages/ru/notices.ts";
import { isSeen, isWorkplace, noticeOf, offlinePage } from "../../../gateway/workplace/src/push/worker_rules.ts";

const sent = { kind: "message", at: "2026-11-28T12:00:00Z", conversation_id: "c1", channel: "webchat" };

test("a notice says what happened and where, in the reader's words, and leads there", () => {
  assert.deepEqual(noticeOf(sent, en), { title: "A customer has written", body: "Web chat", tag: "c1", path: "/conversations/c1" });
  assert.deepEqual(noticeOf({ ...sent, name: "Zoë" }, ru), { title: "Клиент написал", body: "Zoë · Веб-чат", tag: "c1", path: "/conversations/c1" });
});

test("what is not known, and what can't be read, is still a notice", () => {
  assert.equal(noticeOf({ ...sent, kind: "of_tomorrow", channel: "pigeon" }, en).title, en.other);
  assert.equal(noticeOf({ ...sent, channel: "pigeon" }, en).body, "pigeon");
  assert.deepEqual(noticeOf(null, null), { title: "There is news in the inbox", body: "", tag: "news", path: "/" });
});

test("a notice leads nowhere but into the workplace", () => {
  for (const id of ["../../docs", "a/b", "//evil.example", ""]) assert.equal(noticeOf({ ...sent, conversation_id: id }, en).path, "/");
});

test("nobody is told what is in front of them, except of a test", () => {
  const page = { url: "https://desk.example/conversations/c2", visibilityState: "visible" };
  assert.equal(isSeen(sent, [page]), true);
  assert.equal(isSeen(null, [page]), true);
  assert.equal(isSeen({ ...sent, kind: "test" }, [page]), false);
  assert.equal(isSeen(sent, [{ ...page, visibilityState: "hidden" }]), false);
  assert.equal(isSeen(sent, [{ ...page, url: "https://desk.example/docs/contacts" }]), false);
  assert.equal(isSeen(sent, []), false);
});

test("other pages of the server are left alone", () => {
  for (const path of ["/", "/conversations/c1", "/settings"]) assert.equal(isWorkplace(`https://desk.example${path}`), true, path);
  for (const path of ["/docs", "/webchat/c/page", "/settingsx", "/api/v1/me"]) assert.equal(isWorkplace(`https://desk.example${path}`), false, path);
});

test("without a connection the page says so, and its words are text", () => {
  const page = offlinePage({ ...ru, offline: "<b>&" }, "ru\" onload=x");
  assert.match(page, /<html lang="ruonloadx">/);
  assert.match(page, /<h1>&#60;b&#62;&#38;<\/h1>/);
  assert.match(offlinePage(null, "en"), /No connection/);
});
