// Templates as the API shows them, as far as these screens look at them.

export interface Component {
  type: string;
  format?: string;
  text?: string;
  [more: string]: unknown;
}

interface Change {
  at: string;
  what: string;
  before: string | null;
  after: string | null;
  reason: string | null;
}

interface NeededButton {
  index: number;
  type: string;
  text: string;
}

export interface Needed {
  header?: string;
  header_variable?: string;
  body?: string[];
  buttons?: NeededButton[];
  cards?: Needed[];
  offer?: boolean;
}

interface Limits {
  ttl_seconds: number | null;
  max_price_per_1000: number | null;
}

export interface Template extends Limits {
  id: string;
  channel_id: string;
  name: string;
  language: string;
  category: string;
  status: string;
  reason: string | null;
  usable: boolean;
  quality: string;
  components: Component[];
  parameters_needed: Needed;
  draft: (Limits & { category: string; components: Component[] }) | null;
  changes: Change[];
}

export interface Preview {
  header?: { text: string | null; format: string } | null;
  offer?: string | null;
  body?: string | null;
  footer?: string | null;
  buttons?: { text: string | null; code?: string | null }[];
  cards?: Preview[];
}

export interface Finding {
  code: string;
  severity: "error" | "warning";
  pointer: string;
  message: string;
  source: string;
}
