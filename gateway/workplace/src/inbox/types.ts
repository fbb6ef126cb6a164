// What the API answers, as far as the inbox shows it.

export interface Identity {
  kind: string;
  external_id: string;
}

export interface Conversation {
  id: string;
  state: "new" | "bot" | "queued" | "assigned" | "closed";
  channel: { id: string; kind: string; name: string };
  contact: { id: string; name: string | null; identities: Identity[]; unreachable_on: string[]; blocked: boolean };
  identity: Identity;
  version: number;
  queue_id: string | null;
  operator_id: string | null;
  priority: number;
  opened_at: string;
  queued_at: string | null;
  assigned_at: string | null;
  closed_at: string | null;
  close_reason: string | null;
  last_message: { seq: number; direction: "in" | "out"; preview: string; type: string; code: string | null; at: string } | null;
  unread: number;
  window: { open: boolean; expires_at: string | null };
  closes_at: string | null;
  tags: string[];
  topics: string[];
  notes: number;
  snooze: { until: string; note: string | null; by: string } | null;
  hand_over: { note: string; by: string; at: string } | null;
  target: { kind: string; due_at: string; breached: boolean } | null;
  /** Who answers, where several agents were seen in the chat. */
  control: { ours: boolean; since: string } | null;
  rating: { asked_at: string; score: number | null; answered_at: string | null } | null;
}

export type FieldValue = string | number | boolean | null;

export interface Contact {
  id: string;
  name: string | null;
  identities: Identity[];
  merged: { id: string; name: string | null; identities: Identity[] }[];
  unreachable_on: string[];
  language: string | null;
  phones: string[];
  emails: string[];
  fields: Record<string, FieldValue>;
  tags: string[];
  marketing: { accepts: boolean; at: string; source: string } | null;
  consent: { source: string; at: string; wording: string } | null;
  blocked: boolean;
}

export interface ContactField {
  id: string;
  key: string;
  name: string;
  type: "text" | "number" | "boolean" | "date" | "choice" | "url";
  options: string[];
  order: number;
}

export interface Tag {
  id: string;
  name: string;
  color: string | null;
}

export interface Topic {
  id: string;
  name: string;
  parent_id: string | null;
  order: number;
  active: boolean;
}

export interface Note {
  id: string;
  conversation_id: string;
  operator_id: string;
  text: string;
  updated_at: string;
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}
