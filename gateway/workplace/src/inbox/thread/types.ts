// A message as the API shows it, and what waits to become one.

export interface Media {
  id?: string;
  url?: string | null;
  mime_type?: string | null;
  bytes?: number | null;
  filename?: string | null;
  status?: string | null;
}

/** What a message says; which fields there are follows from `type`. */
export interface Content {
  type: string;
  [field: string]: unknown;
}

export interface Author {
  kind: string;
  id: string | null;
}

export interface Reaction {
  author: Author;
  emoji: string;
}

export interface Message {
  id: string;
  conversation_id: string;
  seq: number;
  direction: "in" | "out";
  author: Author;
  content: Content;
  status: string;
  reply_to: string | null;
  reactions: Reaction[];
  error: { code: string; explanation: string; retryable?: boolean; provider_code?: string | null } | null;
  created_at: string;
  provider_at: string | null;
  edited_at: string | null;
  deleted_at: string | null;
  retry_of: string | null;
  group_id?: string | null;
  held_until?: string | null;
  send_at?: string | null;
  sender?: string | null;
  forwarded_from?: string | null;
  quote?: string | null;
  referral?: Record<string, string>;
}

/** What the server has not accepted yet, or has refused. */
export interface Pending {
  key: string;
  content: Content;
  state: string;
  detail?: string;
}

/** What a helper said of a message, or why it did not. */
export interface Helped {
  kind: string;
  busy?: boolean;
  text?: string;
  fault?: string;
}

/** What can be done with messages of a thread. */
export interface Deeds {
  show: (messageId: string) => void;
  reply: (message: Message) => void;
  retry: (message: Message) => void;
  withdraw: (message: Message) => void;
  reschedule: (message: Message) => void;
  details: (message: Message) => void;
  help: (message: Message, kind: string) => void;
  edit: (item: Pending) => void;
  discard: (item: Pending) => void;
  /** A new link to a file, null where there is none. */
  link: (fileId: string) => Promise<string | null>;
  fetchFile: (fileId: string) => Promise<unknown>;
}
