// The sign-in, then the inbox, until one signs out or the sign-in ends.

import { Api } from "../core/api.js";
import { Inbox } from "../inbox/inbox.js";
import { t } from "../core/say.ts";
import { forgetAll, signIn } from "../core/kept.js";
import { goodbye, session } from "../core/session.ts";
import { go } from "../frame/address.ts";
import { keepAlerting } from "../frame/alerts.ts";
import { keepPush } from "../frame/push_mark.ts";
import { keepTitle } from "../frame/title.ts";
import { hearKeys } from "../frame/shortcuts.tsx";
import { hearDemoLinks, takeDemoToken } from "./demo_link.ts";
import { finish, showProviders, takeComeBack } from "./openid.js";
import { takeLinkToken } from "./password_link.js";

const form = document.getElementById("sign-in-form");
const fault = document.getElementById("sign-in-fault");
const api = new Api(signIn.load, () => end(t("sign_in.ended")), () => demandFactor());
const factorPlace = document.getElementById("sign-in-factor");
let inbox = null;
let keys = null;

const AGAIN = 3_000;
const KNOWN_AFTER = 1_000; // so late every server knows of a second factor

function show(signedIn) {
  document.getElementById("sign-in").hidden = signedIn;
  document.getElementById("app").hidden = !signedIn;
}

function say(text) {
  fault.textContent = text;
  fault.hidden = !text;
}

function note(text) {
  const place = document.getElementById("sign-in-note");
  place.textContent = text;
  place.hidden = !text;
}

async function begin() {
  if (inbox) return;
  if (!signIn.load()) return ask("");
  try {
    open(await api.me());
  } catch (problem) {
    if (problem.status === 401) return; // `end` has said so
    ask(`${problem.message} ${t("sign_in.again")}`);
    setTimeout(begin, AGAIN);
  }
}

function open(me) {
  say("");
  goodbye.text = null;
  show(true);
  inbox = new Inbox(api, me, signIn.load(), { signOut, expired: () => end(t("sign_in.ended")) });
  session.value = { api, store: inbox.store, me, refresh: (id) => inbox?.sync.refresh(id), signOut };
  keys = new AbortController();
  hearKeys(keys.signal);
  keepPush();
  const ends = [keepTitle(), keepAlerting()];
  keys.signal.addEventListener("abort", () => ends.forEach((stop) => stop()));
}

function ask(text) {
  document.title = t("screens.inbox");
  say(text);
  show(false);
  const { email, password, stay } = form.elements;
  signIn.stay(stay.checked); // what was ticked before a reload is not seen any more
  password.value = "";
  (email.value ? password : email).focus();
}

/** Show or hide the field for the second factor's code: who has none never sees it. */
function askForCode(needed) {
  document.getElementById("sign-in-code").hidden = !needed;
  if (!needed) return;
  say(t("sign_in.code_hint"));
  form.elements.code.focus();
}

/** Stop all work, and let them do nothing but set up the second factor. The sign-in stays. */
async function demandFactor() {
  if (!inbox) return;
  close();
  show(false);
  form.hidden = true;
  factorPlace.hidden = false;
  const { showDemandedFactor } = await import("../settings/demanded_factor.tsx");
  await showDemandedFactor(factorPlace, () => void allowAll().then(() => setTimeout(begin, KNOWN_AFTER)), signOut);
}

async function allowAll() {
  if (factorPlace.hidden) return;
  const { hideDemandedFactor } = await import("../settings/demanded_factor.tsx");
  hideDemandedFactor(factorPlace);
  factorPlace.hidden = true;
  form.hidden = false;
  session.value = null;
}

function close() {
  keys?.abort();
  inbox?.stop();
  inbox = null;
}

function end(text) {
  void allowAll();
  session.value = null;
  close();
  signIn.save(null);
  ask(goodbye.text ?? text);
}

async function signOut() {
  await api.signOut().catch(() => {}); // without an answer the token ends by itself in some days
  signIn.save(null); // while it is known which one it is
  forgetAll();
  end("");
  setTimeout(() => go("/", { replace: true })); // what was shown is nothing to whoever signs in next; its forms are gone by then
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { email, password, code } = form.elements;
  if (!email.value || !password.value) return say(t("sign_in.enter_both"));
  const button = form.querySelector("button");
  button.disabled = true;
  say("");
  try {
    const { token, operator } = await api.signIn(email.value.trim(), password.value, code.value.trim());
    signIn.save(token);
    open(operator);
    form.reset();
    askForCode(false);
  } catch (problem) {
    if (problem.code === "second_factor_needed") askForCode(true);
    else ask(problem.message);
  } finally {
    button.disabled = false;
  }
});

form.elements.stay.addEventListener("change", ({ target }) => signIn.stay(target.checked));

document.getElementById("forgotten").addEventListener("click", async () => {
  const email = form.elements.email.value.trim();
  if (!email) return say(t("sign_in.enter_email"));
  say("");
  try {
    await api.request("POST", "/auth/forgotten-password", { body: { email } });
    note(t("sign_in.link_sent"));
  } catch (problem) {
    say(problem.message);
  }
});

async function comeBack(sent) {
  try {
    const { token, operator } = await finish(api, sent);
    signIn.save(token);
    open(operator);
  } catch (problem) {
    ask(problem.message);
  }
}

/** Begin: by a link of an invitation, by coming back from another place's sign-in, or by the sign-in that is kept. */
export async function startSignIn() {
  const demo = takeDemoToken();
  hearDemoLinks();
  if (demo) {
    forgetAll();
    signIn.stay(false);
    signIn.save(demo);
  }
  const link = takeLinkToken();
  const sent = takeComeBack();
  showProviders(api, document.getElementById("sign-in-providers"), say);
  if (sent) {
    forgetAll();
    await comeBack(sent);
  } else if (link) {
    forgetAll();
    signIn.stay(false); // whoever ticked that here did not have this link
    const { choosePassword } = await import("./password.js");
    const { token, operator } = await choosePassword(api, link);
    signIn.save(token);
    open(operator);
  } else {
    signIn.resume();
    begin();
  }
}
