// Bots that answer first and hand over.

import { fullTime } from "../core/time.js";
import { language, named, t } from "../core/words.ts";
import { Section } from "../ui/page.tsx";
import type { Named } from "./known.ts";
import { Records, type Kind } from "./records.tsx";
import { Rotate } from "./rotate.tsx";

interface Bot extends Named {
  url: string;
  enabled: boolean;
  last_fault: { at: string; reason: string; detail: string | null } | null;
}

export default function Bots() {
  const kind: Kind<Bot> = {
    name: "bots", path: "/bots", title: t("settings.bots.title"), hint: t("settings.bots.hint"), none: t("settings.bots.none"),
    least: "administrator", nameOf: (one) => one.name,
    columns: () => [
      { title: t("settings.url"), cell: (one) => <code class="url">{one.url}</code> },
      { title: t("settings.state"), cell: (one) => <span class={one.enabled ? "mark good" : "mark"}>{one.enabled ? t("settings.on") : t("settings.off")}</span> },
      { title: t("settings.bots.fault"), cell: (one) => (one.last_fault ? `${named("settings.bots.reasons", one.last_fault.reason)}, ${fullTime(one.last_fault.at, language.value)}` : "–") },
    ],
    blank: { name: "", url: "", enabled: true, answer_seconds: 30, max_turns: 50 },
    fields: () => [
      { kind: "text", name: "name", label: t("settings.name"), maxLength: 100 },
      { kind: "url", name: "url", label: t("settings.url"), hint: t("settings.bots.url_hint"), placeholder: "https://" },
      { kind: "check", name: "enabled", label: t("settings.in_use"), hint: t("settings.bots.enabled_hint") },
      { kind: "duration", name: "answer_seconds", label: t("settings.bots.answer"), hint: t("settings.bots.answer_hint") },
      { kind: "number", name: "max_turns", label: t("settings.bots.turns"), hint: t("settings.bots.turns_hint"), min: 1, max: 500 },
    ],
    secrets: ({ secret, token }) => [{ label: t("settings.secret"), text: String(secret) }, { label: t("settings.bots.token"), text: String(token) }],
    more: (one) => (
      <Section title={t("settings.secret")} hint={t("settings.rotate_hint")}>
        {one.last_fault?.detail && <p class="fault">{one.last_fault.detail}</p>}
        <Rotate path={`/bots/${one.id}/rotate-secret`} label={t("settings.rotate")} text={t("settings.rotate_hint")} />
        <Rotate path={`/bots/${one.id}/rotate-token`} label={t("settings.bots.rotate_token")} text={t("settings.rotate_hint")} />
      </Section>
    ),
  };
  return <Records kind={kind} />;
}
