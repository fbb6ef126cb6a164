// Signing in by a provider of OpenID Connect: there and back. What only this browser knows waits in its session.

import { t } from "../core/say.ts";

const KEPT = "gateway.openid";

/** What a provider sent back in the address, or null. It leaves the address at once: a code is good once. */
export function takeComeBack() {
  const query = new URLSearchParams(location.search);
  const state = query.get("state");
  if (!state || !(query.has("code") || query.has("error"))) return null;
  const browserToken = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  history.replaceState(null, "", location.pathname);
  return { state, code: query.get("code"), browserToken };
}

/** Signs in by what came back; resolves with `{token, operator}`. */
export function finish(api, { state, code, browserToken }) {
  if (!code || !browserToken) return Promise.reject(new Error(t("sign_in.provider_refused")));
  return api.request("POST", "/auth/openid/finish", { body: { state, code, browser_token: browserToken } });
}

/** Shows a button for each provider of the workspace (`/?workspace=ID`; of the only one without); `say` gets faults. */
export async function showProviders(api, place, say, linkToken = null) {
  const workspace_id = new URLSearchParams(location.search).get("workspace");
  const { items } = await api.request("GET", "/auth/openid", { query: { workspace_id } }).catch(() => ({ items: [] }));
  place.replaceChildren(...items.map((provider) => button(provider, () => go(api, provider, linkToken).catch((problem) => say(problem.message)))));
  place.hidden = items.length === 0;
}

function button(provider, onClick) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = t("sign_in.with", { name: provider.name });
  made.addEventListener("click", onClick);
  return made;
}

async function go(api, provider, linkToken) {
  const body = { provider_id: provider.id, ...(linkToken && { link_token: linkToken }) };
  const { authorization_url, browser_token } = await api.request("POST", "/auth/openid/start", { body });
  sessionStorage.setItem(KEPT, browser_token);
  location.assign(authorization_url);
}
