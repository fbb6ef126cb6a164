/* The form before the chat. The same questions again, or others, leave what is half filled in. */
import { element } from "./dom.js";

const TYPES = { email: "email", number: "number", date: "date", url: "url", boolean: "checkbox" };
const MOST_ANSWER = { name: 100, email: 254 };

export class CardForm {
  constructor(texts, answered) {
    this.texts = texts;
    this.node = element("form", { id: "form", "aria-label": texts.form, hidden: true, on: { submit: (event) => this.submit(event, answered) } });
    this.fault = element("p", { id: "form-fault", class: "small bad", role: "alert" });
  }

  /* Asks, or asks no more. */
  ask(questions, fault) {
    const asked = JSON.stringify(questions);
    if (questions && asked !== this.asked) this.build(questions);
    this.asked = asked;
    this.fault.textContent = fault || "";
    this.node.hidden = !questions;
  }

  build(questions) {
    const before = new Map((this.inputs || []).map(([one, input]) => [one.key, input]));
    const focused = this.inputs?.find(([, input]) => input.matches(":focus"))?.[0].key;
    this.inputs = questions.map((one) => [one, before.get(one.key) || this.input(one)]);
    const rows = this.inputs.map(([one, input]) => {
      const label = element("label", { for: input.id }, (one.label || this.texts[`form_${one.key}`]) + (one.required ? " *" : ""));
      return element("div", { class: one.type === "boolean" ? "row check" : "row" }, label, input);
    });
    this.node.replaceChildren(...rows, this.fault, element("button", { id: "begin", type: "submit" }, this.texts.begin));
    this.inputs.find(([one]) => one.key === focused)?.[1].focus();
  }

  input({ key, type, required, options }) {
    const own = { id: `form-${key}`, required: required && type !== "boolean", dir: type === "boolean" ? null : "auto" };
    if (type === "choice") return element("select", own, element("option", { value: "" }), ...options.map((one) => element("option", { value: one }, one)));
    const shape = { maxlength: MOST_ANSWER[key] || 1000, step: type === "number" ? "any" : null, pattern: type === "url" ? "https?://.*" : null };
    return element("input", { ...own, ...shape, type: TYPES[type] || "text", autocomplete: ["name", "email"].includes(type) ? type : "off" });
  }

  submit(event, answered) {
    event.preventDefault();
    const answers = {};
    for (const [{ key, type }, input] of this.inputs) {
      if (type === "boolean") answers[key] = input.checked;
      else if (input.value.trim()) answers[key] = type === "number" ? Number(input.value) : input.value.trim();
    }
    answered(answers);
  }
}
