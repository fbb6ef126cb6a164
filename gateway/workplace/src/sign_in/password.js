// A link of an invitation, `/#/password/TOKEN`: the person chooses a password and is signed in.

import { t } from "../core/say.ts";
import { showProviders } from "./openid.js";

const SHORTEST = 10;

/** Ask for a password; resolves with `{token, operator}` of the sign-in that it gives. */
export function choosePassword(api, linkToken) {
  const { page, form, fault, password, code, button, providers } = build();
  document.title = t("sign_in.choose_password");
  document.body.prepend(page);
  password.focus();
  showProviders(api, providers, (text) => say(fault, text), linkToken);
  return new Promise((resolve) => {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      say(fault, "");
      if (password.value.length < SHORTEST) return say(fault, t("sign_in.use_at_least", { n: SHORTEST }));
      button.disabled = true;
      try {
        const body = { token: linkToken, password: password.value, ...(code.value && { code: code.value.trim() }) };
        const signedIn = await api.request("POST", "/auth/password", { body });
        page.remove();
        resolve(signedIn);
      } catch (problem) {
        if (problem.code === "second_factor_needed") code.parentElement.hidden = false;
        say(fault, problem.message);
      } finally {
        button.disabled = false;
      }
    });
  });
}

function say(fault, text) {
  fault.textContent = text;
  fault.hidden = !text;
}

function build() {
  const password = element("input", { name: "new-password", type: "password", required: true });
  password.autocomplete = "new-password";
  const label = element("label", {}, `${t("sign_in.password")} `, password);
  const code = element("input", { name: "code", autocomplete: "one-time-code" });
  const codeLabel = element("label", { hidden: true }, `${t("sign_in.code")} `, code);
  const fault = element("p", { className: "fault", hidden: true });
  fault.setAttribute("role", "alert");
  const button = element("button", { className: "primary" }, t("sign_in.set_password"));
  const providers = element("div", { className: "sign-in-providers", hidden: true });
  const form = element("form", { className: "sign-in-card", noValidate: true },
    element("h1", {}, t("sign_in.choose_password")),
    element("p", { className: "soft" }, t("sign_in.at_least", { n: SHORTEST })), fault, label, codeLabel, button, providers);
  const page = element("main", { className: "sign-in", id: "choose-password" }, form);
  return { page, form, fault, password, code, button, providers };
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
