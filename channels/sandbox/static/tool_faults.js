// What goes wrong at the emulated providers, each with a switch.

import { call } from "./api.js";
import { attempt } from "./attempt.js";
import { element } from "./elements.js";

const percent = { type: "number", min: 0, max: 100, step: "any", shown: (rate) => +(rate * 100).toFixed(4), sent: (text) => Number(text) / 100 };
const number = { type: "number", min: 0, shown: (value) => value, sent: Number };
const FAULTS = [
  ["down", "Providers are", { options: [["false", "reachable"], ["true", "not reachable"], ["503", "answering 503"]],
    shown: String, sent: (text) => ({ false: false, true: true })[text] ?? text }],
  ["latency_ms", "Each request takes longer, ms", { ...number, max: 600_000, step: "any" }],
  ["error_rate", "Requests refused, %", percent],
  ["error_code", "… with the code", number],
  ["lose_response_rate", "Answers lost, %", percent],
  ["duplicate_rate", "Webhooks that come twice, %", percent],
  ["flood_rate", "Telegram: sends refused with 429, %", percent],
  ["retry_after", "… to be tried again after, s", { ...number, min: 1, max: 3_600 }],
  ["reorder", "Webhooks in random order", { type: "checkbox" }],
  ["status_before_response", "WhatsApp: statuses before the answer", { type: "checkbox" }],
  ["flood_control", "Telegram: keep its own pace", { type: "checkbox" }],
];
/** These say how a fault looks; alone they are none. */
const DETAILS = new Set(["error_code", "retry_after"]);

export class FaultsTool {
  constructor(root, told) {
    Object.assign(this, { root, told, summary: "" });
    this.inputs = new Map(FAULTS.map(([name, , kind]) => [name, this.input(name, kind)]));
    root.querySelector(".switches").append(...FAULTS.map(([name, label]) =>
      element("label", {}, element("span", { text: label }), this.inputs.get(name))));
    root.querySelector(".none").addEventListener("click", () => this.set(() => call("DELETE", "/control/faults")));
    root.querySelector(".retry").addEventListener("click", () =>
      attempt(root, () => call("POST", "/control/webhooks/retry")));
  }

  input(name, { options, sent, type, min, max, step }) {
    const limits = Object.entries({ type, min, max, step }).filter(([, value]) => value !== undefined);
    const made = options
      ? element("select", {}, ...options.map(([value, text]) => new Option(text, value)))
      : element("input", Object.fromEntries(limits));
    made.name = name;
    made.addEventListener("change", () => {
      if (made.checkValidity()) this.set(() => call("PUT", "/control/faults", { [name]: sent ? sent(made.value) : made.checked }));
      else made.reportValidity();
    });
    return made;
  }

  load() {
    return this.set(() => call("GET", "/control/faults"));
  }

  set(work) {
    return attempt(this.root, async () => this.show(await work()));
  }

  show(faults) {
    for (const [name, , { shown }] of FAULTS) {
      const input = this.inputs.get(name);
      if (!shown) input.checked = faults[name];
      else if (input !== document.activeElement || input.value === "") input.value = shown(faults[name]);
    }
    const count = FAULTS.filter(([name]) => !DETAILS.has(name) && faults[name]).length;
    this.summary = count ? `${count} ${count === 1 ? "fault" : "faults"}` : "";
    this.told();
  }
}
