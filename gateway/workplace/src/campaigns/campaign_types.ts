// Campaigns as the API shows them, as far as these screens look at them.

export interface TemplateName {
  name: string;
  language: string;
}

export interface Counts {
  total: number;
  waiting: number;
  sent: number;
  delivered: number;
  read: number;
  failed: number;
  unknown: number;
  skipped: number;
}

export type Variables = Record<string, unknown>;

interface Audience {
  id: string;
  segment: { id: string; name: string } | null;
  fixed_at: string | null;
  columns: string[];
  lines: number;
  accepted: number;
  duplicates: number;
  rejected: number;
  reasons: Record<string, number>;
}

export interface Campaign {
  id: string;
  name: string;
  channel_id: string;
  template: TemplateName;
  variables: Variables | null;
  by_language: boolean;
  variant: { template: TemplateName; variables: Variables | null; share: number } | null;
  state: string;
  reason: string | null;
  schedule_at: string | null;
  rate_per_second: number | null;
  quiet_hours: { begin: string; end: string } | null;
  frequency_cap: { messages: number; days: number } | null;
  consent: { source: string; at: string; wording: string } | null;
  region: string | null;
  audience: Audience | null;
  counts: Counts;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
}

export interface Named {
  id: string;
  name: string;
}
