// A sign-in that outlives its tab: whose it is, and what ends it.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { forgetAll, signIn } from "../../../gateway/workplace/src/core/kept.js";

class Storage {
  getItem(name) {
    return this[name] ?? null;
  }
  setItem(name, value) {
    this[name] = value;
  }
  removeItem(name) {
    delete this[name];
  }
}

const newTab = () => (globalThis.sessionStorage = new Storage());

/** Who is signed in on a page that is opened now. */
function onANewPage() {
  newTab();
  signIn.resume();
  return signIn.load();
}

beforeEach(() => {
  globalThis.localStorage = new Storage();
  newTab();
});

test("a sign-in stays where that was asked for, until it ends", () => {
  signIn.stay(true);
  signIn.save("anas");
  assert.equal(onANewPage(), "anas");
  signIn.save(null);
  assert.equal(onANewPage(), null);
});

test("whoever signs in ends the stay of whoever was here before", () => {
  signIn.stay(true);
  signIn.save("anas");
  newTab();
  forgetAll(); // as with the link of an invitation
  signIn.save("bens");
  signIn.save(null);
  assert.equal(onANewPage(), null);
});

test("a sign-in of before that ends leaves the one that stays", () => {
  signIn.save("old");
  const tab = globalThis.sessionStorage;
  newTab();
  signIn.stay(true);
  signIn.save("new");
  globalThis.sessionStorage = tab;
  signIn.save(null);
  assert.equal(onANewPage(), "new");
});
