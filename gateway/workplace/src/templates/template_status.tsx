// Where a template stands, in words.

import { named } from "../core/words.ts";
import type { Component, Template } from "./template_types.ts";

export const STATUSES = [
  "draft", "pending", "approved", "rejected", "in_appeal", "paused", "disabled", "limit_exceeded", "locked", "archived", "pending_deletion", "deleted",
] as const;

export function StatusMark({ template: { status, usable } }: { template: Template }) {
  const waits = status === "draft" || status === "pending";
  return <span class={`mark ${usable ? "good" : waits ? "" : "bad"}`}>{named("templates.statuses", status)}</span>;
}

/** The text of a template's body. */
export const bodyOf = ({ components }: { components: Component[] }): string => components.find((one) => one.type.toUpperCase() === "BODY")?.text ?? "";
