// Meta's reviewer: approves, rejects and pauses the templates that the business has handed in.

import { call } from "./api.js";
import { ask } from "./ask.js";
import { attempt } from "./attempt.js";
import { element, paragraph } from "./elements.js";

const REASONS = [["INVALID_FORMAT", "Invalid format"], ["ABUSIVE_CONTENT", "Abusive content"], ["INCORRECT_CATEGORY", "Incorrect category"],
  ["TAG_CONTENT_MISMATCH", "Language or category do not match the content"], ["PROMOTIONAL", "Promotional"], ["SCAM", "Scam"], ["NONE", "None is told"]];

export class TemplatesTool {
  constructor(root) {
    this.root = root;
  }

  load() {
    return attempt(this.root, async () => {
      const { templates } = await call("GET", "/control/whatsapp/templates");
      const waiting = (one) => (one.status === "PENDING" ? 0 : 1);
      const sorted = templates.sort((one, other) => waiting(one) - waiting(other));
      this.root.querySelector("ul").replaceChildren(...sorted.map((one) => this.row(one)));
      this.root.querySelector(".none").hidden = templates.length > 0;
    });
  }

  row(template) {
    const { name, language, category, status, rejected_reason: reason } = template;
    const body = template.components.find((part) => part.type?.toUpperCase() === "BODY")?.text;
    const why = status === "REJECTED" && reason !== "NONE" ? ` (${reason})` : "";
    const item = element("li", {}, paragraph(name, "name"), paragraph(`${language} · ${category} · ${status}${why}`, "meta"),
      body && paragraph(body, "body"), element("div", { className: "row" }, ...this.decisions(template)));
    item.dataset.name = name;
    item.dataset.status = status;
    return item;
  }

  decisions(template) {
    const { status } = template;
    const offered = [
      status !== "APPROVED" && ["Approve", () => this.decide(template, "APPROVED")],
      status !== "REJECTED" && ["Reject…", () => this.reject(template)],
      status === "APPROVED" && ["Pause", () => this.decide(template, "PAUSED")],
    ];
    return offered.filter(Boolean).map(([text, onPress]) => {
      const button = element("button", { type: "button", text, "aria-label": `${text} ${template.name}, ${template.language}` });
      button.addEventListener("click", onPress);
      return button;
    });
  }

  async reject(template) {
    const given = await ask(`Reject ${template.name}`, [{ name: "reason", label: "Reason", options: REASONS }], "Reject");
    if (given) await this.decide(template, "REJECTED", given.reason);
  }

  decide({ name, language, waba_id }, status, reason) {
    return attempt(this.root, async () => {
      await call("POST", `/control/whatsapp/templates/${encodeURIComponent(name)}/review`, { status, reason, language, waba_id });
      await this.load();
    });
  }
}
