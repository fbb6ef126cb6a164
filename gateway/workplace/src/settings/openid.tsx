// Providers of sign-ins: OpenID Connect.

import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import type { Named } from "./known.ts";
import { Records, type Kind } from "./records.tsx";

interface Provider extends Named {
  issuer: string;
  link_by: (typeof WAYS)[number];
}

const WAYS = ["invitation", "verified_email"] as const;

export default function OpenId() {
  const { api } = here();
  const kind: Kind<Provider> = {
    name: "openid", path: "/openid-providers", title: t("settings.openid.title"), hint: t("settings.openid.hint"), none: t("settings.openid.none"),
    least: "administrator", nameOf: (one) => one.name, change: null,
    list: async () => (await api.request("GET", "/openid-providers")).items,
    columns: () => [
      { title: t("settings.openid.issuer"), cell: (one) => <code class="url">{one.issuer}</code> },
      { title: t("settings.openid.link_by"), cell: (one) => t(`settings.openid.ways.${one.link_by}`) },
    ],
    blank: { name: "", issuer: "", client_id: "", client_secret: null, link_by: "invitation" },
    fields: () => [
      { kind: "text", name: "name", label: t("settings.name"), hint: t("settings.openid.name_hint"), maxLength: 100 },
      { kind: "url", name: "issuer", label: t("settings.openid.issuer"), hint: t("settings.openid.issuer_hint"), placeholder: "https://accounts.google.com" },
      { kind: "text", name: "client_id", label: t("settings.openid.client_id"), maxLength: 255 },
      { kind: "password", name: "client_secret", label: t("settings.openid.client_secret"), hint: t("settings.openid.client_secret_hint"), optional: true },
      { kind: "select", name: "link_by", label: t("settings.openid.link_by"), hint: t("settings.openid.link_hint"), choices: WAYS.map((value) => ({ value, text: t(`settings.openid.ways.${value}`) })) },
    ],
    removeWords: { label: t("settings.remove"), text: t("settings.openid.remove_text") },
  };
  return <Records kind={kind} />;
}
