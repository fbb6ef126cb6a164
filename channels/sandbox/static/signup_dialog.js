// The dialog in which a business chooses its number, as Meta's tells its outcome: ids by message, the code to the SDK.

const query = new URLSearchParams(location.search);
const list = document.querySelector("#numbers");

function tell(message) {
  window.opener?.postMessage(message, query.get("opener"));
}

async function choose(number) {
  const answer = await fetch(`/control/whatsapp/${number.phone_number_id}/signups`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ with_app: query.get("feature") === "whatsapp_business_app_onboarding" }),
  });
  const made = await answer.json();
  tell(JSON.stringify({ type: "WA_EMBEDDED_SIGNUP", event: made.event, data: made.data, version: "3" }));
  tell({ sandboxCode: made.code });
  window.close();
}

const { numbers } = await (await fetch("/control/whatsapp/numbers")).json();
for (const number of numbers) {
  const button = document.createElement("button");
  button.textContent = `${number.verified_name} ${number.display_phone_number}`;
  button.addEventListener("click", () => void choose(number));
  list.append(button);
}
document.querySelector("#cancel").addEventListener("click", () => {
  tell(JSON.stringify({ type: "WA_EMBEDDED_SIGNUP", event: "CANCEL", data: { current_step: "PHONE_NUMBER_SETUP" } }));
  tell({ sandboxCode: null });
  window.close();
});
