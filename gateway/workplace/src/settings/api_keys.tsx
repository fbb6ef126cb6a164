// API keys of programs; a key's token is shown once.

import { fullTime } from "../core/time.js";
import { language, t } from "../core/words.ts";
import type { Named } from "./known.ts";
import { Records, type Kind } from "./records.tsx";

interface ApiKey extends Named {
  scopes: Scope[];
  expires_at: string | null;
  last_used_at: string | null;
}

const SCOPES = ["read", "write", "manage", "administer"] as const;
type Scope = (typeof SCOPES)[number];

export default function ApiKeys() {
  const time = (at: string | null) => (at ? fullTime(at, language.value) : "–");
  const kind: Kind<ApiKey> = {
    name: "api-keys", path: "/api-keys", title: t("settings.api_keys.title"), hint: t("settings.api_keys.hint"), none: t("settings.api_keys.none"),
    least: "administrator", nameOf: (one) => one.name, change: null,
    columns: () => [
      { title: t("settings.api_keys.scopes"), cell: (one) => one.scopes.map((scope) => t(`settings.api_keys.scope.${scope}`)).join(", ") },
      { title: t("settings.api_keys.expires"), cell: (one) => time(one.expires_at) },
      { title: t("settings.api_keys.used"), cell: (one) => time(one.last_used_at) },
    ],
    blank: { name: "", scopes: ["read", "write"], expires_at: null },
    toSend: ({ expires_at: until, ...draft }) => ({ ...draft, ...(until ? { expires_at: new Date(`${String(until)}T00:00:00Z`).toISOString() } : {}) }),
    fields: () => [
      { kind: "text", name: "name", label: t("settings.name"), hint: t("settings.api_keys.name_hint"), maxLength: 100 },
      { kind: "checks", name: "scopes", label: t("settings.api_keys.scopes"), hint: t("settings.api_keys.scopes_hint"), choices: SCOPES.map((value) => ({ value, text: `${t(`settings.api_keys.scope.${value}`)}: ${t(`settings.api_keys.about.${value}`)}` })) },
      { kind: "date", name: "expires_at", label: t("settings.api_keys.expires"), hint: t("settings.api_keys.expires_hint"), optional: true },
    ],
    secrets: ({ token }) => [{ label: t("settings.api_keys.token"), text: String(token) }],
  };
  return <Records kind={kind} />;
}
