// What is asked of the audit log, from what somebody chose. Pure.

import { bounds } from "../reports/report_words.ts";

export interface Wanted {
  /** Id of a person. */
  person: string;
  /** What was done something to. */
  subject: string;
  object: string;
  /** First and last day, as `2026-03-01`. */
  from: string;
  to: string;
}

export const NOTHING: Wanted = { person: "", subject: "", object: "", from: "", to: "" };

/** What acts are about: the first parts of their names. */
export const SUBJECTS = [
  "api_key", "audit", "bot", "budget", "business_hours", "campaign", "channel", "configuration", "contact", "contact_field", "dead_letter", "dead_letters",
  "export", "group", "helper", "integration_page", "mail_server", "message", "openid_provider", "operator", "opt_outs", "prepared_reply", "queue",
  "rate_card", "reply_collection", "segment", "status", "tag", "template", "topic", "webhook", "workspace",
] as const;

/** The query of `GET /audit`; days are those of this place. */
export function asked({ person, subject, object, from, to }: Wanted): Record<string, string> {
  const given = {
    by: person && `operator:${person}`,
    action: subject,
    object_id: object.trim(),
    since: from && bounds(from, from).from,
    until: to && bounds(to, to).to,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value));
}
