// A small dialog with a few fields; answers their values, or null.

import { element } from "./elements.js";

export function ask(title, fields, action = "Send") {
  const dialog = document.getElementById("ask");
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector("button.primary").textContent = action;
  dialog.querySelector(".fields").replaceChildren(...fields.map(field));
  dialog.querySelector(".cancel").onclick = () => dialog.close("");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const given = Object.fromEntries(new FormData(dialog.querySelector("form")));
      resolve(dialog.returnValue === "ok" ? given : null);
    }, { once: true });
  });
}

export const askPicture = () => ask("Send an image by its link", [
  { name: "link", label: "Address", type: "url", value: `${location.origin}/static/sample.png`, required: true },
  { name: "caption", label: "Caption (optional)" },
]);

export async function askLocation() {
  const given = await ask("Send a location", [
    { name: "latitude", label: "Latitude", type: "number", step: "any", min: -90, max: 90, value: "52.5200", required: true },
    { name: "longitude", label: "Longitude", type: "number", step: "any", min: -180, max: 180, value: "13.4050", required: true },
    { name: "name", label: "Name (optional)", value: "Berlin" },
  ]);
  if (!given) return null;
  const place = { latitude: Number(given.latitude), longitude: Number(given.longitude) };
  return given.name ? { ...place, name: given.name } : place;
}

export const askContact = (name) => ask("Send a contact", [
  { name: "name", label: "Name", value: name, required: true },
  { name: "phone", label: "Phone", type: "tel", value: "+1 650 555 0100", required: true },
]);

function field({ label, name, required, options, value = "", type = "text", ...rest }) {
  if (options) {
    return element("label", { text: label }, element("select", { name }, ...options.map(([key, text]) => new Option(text, key))));
  }
  const input = element("input", { name, type, ...rest, ...(required && { required: "" }) });
  input.value = value;
  return element("label", { text: label }, input);
}
