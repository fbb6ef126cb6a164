// Connecting a WhatsApp number in Meta's dialog. The only page of ours with a script of Meta's: it has no token of an
// operator, only a ticket in its address, which works once.

const page = document.documentElement.dataset;
const origins = new Set(page.origins.split(" "));
const [way, ticket] = location.hash.slice(1).split(":");
const begin = document.querySelector("#begin");
const said = document.querySelector("#said");
const given = { code: null, ids: null, sent: false };

history.replaceState(null, "", location.pathname); // a reload needs a new ticket, and nobody reads this one off

function say(text) {
  said.textContent = text;
}

function again(text) {
  say(text);
  begin.disabled = true;
}

// Meta's script calls this once it is there.
window.fbAsyncInit = () => {
  window.FB.init({ appId: page.app, version: page.version, autoLogAppEvents: false, xfbml: false });
  begin.disabled = !ticket;
  if (!ticket) again("This page was opened without a ticket. Begin in the settings of your workplace.");
};
if (window.FB) window.fbAsyncInit();

begin.addEventListener("click", () => {
  say("");
  window.FB.login(loggedIn, {
    config_id: page.config,
    response_type: "code",
    override_default_response_type: true,
    extras: {
      setup: {},
      sessionInfoVersion: "3",
      featureType: way === "app" ? "whatsapp_business_app_onboarding" : "",
    },
  });
});

function loggedIn(answer) {
  given.code = answer?.authResponse?.code ?? null;
  if (given.code) void finish();
  else if (!given.ids) say("The dialog was closed. You can begin again.");
}

// The dialog tells the ids of account and number by a message of its own, before or after the code.
window.addEventListener("message", (event) => {
  if (!origins.has(event.origin) || typeof event.data !== "string") return;
  const told = read(event.data);
  if (told?.type !== "WA_EMBEDDED_SIGNUP") return;
  if (String(told.event).startsWith("FINISH")) {
    given.ids = told.data;
    void finish();
  } else if (told.event === "CANCEL") say("The dialog was closed. You can begin again.");
  else if (told.event === "ERROR") say("Meta reports a fault in the dialog. You can begin again.");
});

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function finish() {
  if (given.sent || !given.code || !given.ids?.waba_id) return;
  given.sent = true;
  again("Connecting …");
  const body = { ticket, code: given.code, waba_id: String(given.ids.waba_id) };
  if (given.ids.phone_number_id) body.phone_number_id = String(given.ids.phone_number_id);
  try {
    const answer = await fetch("/api/v1/signups/finish", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const found = await answer.json();
    if (found.state === "done") again("The number is connected. Close this window: the next steps are in your workplace.");
    else again(found.advice ?? found.detail ?? "This did not work. Begin anew in your workplace.");
  } catch {
    again("The server could not be reached. See in your workplace whether the number is connected.");
  }
}
