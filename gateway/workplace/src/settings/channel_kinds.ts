// Kinds of channels: what each one's credentials are, for the form that connects one and for entering new ones.

import { newKey } from "../core/api.js";
import { t, type Word } from "../core/words.ts";
import type { Draft } from "./draft.ts";
import type { Field } from "./fields.tsx";

export const KINDS = ["whatsapp", "telegram", "webchat"] as const;
export type ChannelKind = (typeof KINDS)[number];

export interface Trouble {
  code: string;
  detail: string;
  advice: string;
  stops: boolean;
  since: string;
}

export interface Channel {
  id: string;
  kind: ChannelKind;
  name: string;
  account_key: string | null;
  queue_id: string | null;
  enabled: boolean;
  health: { status: "unknown" | "ok" | "warning" | "failing"; detail: string | null; at: string | null; troubles: Trouble[] };
  webhook_url: string | null;
  widget_url: string | null;
}

const NAMES: Readonly<Record<ChannelKind, readonly string[]>> = {
  whatsapp: ["phone_number_id", "waba_id", "access_token", "app_secret", "verify_token"],
  telegram: ["bot_token"],
  webchat: ["allowed_origins", "identity_secret"],
};

/** What is made up here unless somebody wants another one. */
const OWN: ReadonlySet<string> = new Set(["verify_token", "identity_secret"]);

/** Fields for the credentials of a kind; a new channel's own words are made up. */
export function credentialFields(kind: ChannelKind, isNew: boolean): Field[] {
  return NAMES[kind].filter((name) => !isNew || !OWN.has(name)).map((name): Field => {
    const named = { name: `credentials.${name}`, label: t(`settings.channels.fields.${name}` as Word), hint: t(`settings.channels.hints.${name}` as Word) };
    return name === "allowed_origins" ? { ...named, kind: "list" } : { ...named, kind: "text", maxLength: 1000 };
  });
}

export function newChannel(kind: ChannelKind): Draft {
  const own = Object.fromEntries(NAMES[kind].map((name) => [name, OWN.has(name) ? newKey() : ""]));
  const credentials = kind === "webchat" ? { ...own, allowed_origins: [] } : own;
  return { kind, name: t(`kinds.${kind}`), queue_id: null, provider_base_url: null, credentials };
}

/** Credentials that were entered; those that were left empty stay as they are. */
export function entered(credentials: Draft): Draft {
  const given = Object.entries(credentials).map(([name, value]) => [name, Array.isArray(value) ? value.map((one: string) => one.trim()).filter(Boolean) : String(value).trim()] as const);
  return Object.fromEntries(given.filter(([, value]) => value.length));
}
