// A small dialog with a few fields; answers their values, or null.

import { element } from "./bubbles.js";

export function ask(title, fields) {
  const dialog = document.getElementById("ask");
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector(".fields").replaceChildren(...fields.map(field));
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const given = Object.fromEntries(new FormData(dialog.querySelector("form")));
      resolve(dialog.returnValue === "ok" ? given : null);
    }, { once: true });
  });
}

function field({ label, name, required, value = "", type = "text", ...rest }) {
  const input = element("input", { name, type, ...rest, ...(required && { required: "" }) });
  input.value = value;
  return element("label", { text: label }, input);
}
