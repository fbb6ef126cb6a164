// Helpers: programs that suggest, translate, transcribe and summarise.

import { t } from "../core/words.ts";
import { Section } from "../ui/page.tsx";
import { Records, type Kind } from "./records.tsx";
import { Rotate } from "./rotate.tsx";

const KINDS = ["suggest", "translate", "transcribe", "summarise"] as const;

interface Helper {
  id: string;
  kind: (typeof KINDS)[number];
  url: string;
}

export default function Helpers() {
  const kind: Kind<Helper> = {
    name: "helpers", path: "/helpers", title: t("settings.helpers.title"), hint: t("settings.helpers.hint"), none: t("settings.helpers.none"),
    least: "administrator", nameOf: (one) => t(`settings.helpers.kinds.${one.kind}`), change: "PUT",
    columns: () => [{ title: t("settings.url"), cell: (one) => <code class="url">{one.url}</code> }],
    blank: { kind: "suggest", url: "", deadline_ms: 3000 },
    toSend: ({ kind: of, ...draft }, isNew) => (isNew ? { ...draft, kind: of } : draft),
    fields: ({ isNew, all }) => [
      ...(isNew ? [{ kind: "select" as const, name: "kind", label: t("settings.helpers.kind"), choices: KINDS.filter((one) => !all.some((other) => other.kind === one)).map((value) => ({ value, text: t(`settings.helpers.kinds.${value}`) })) }] : []),
      { kind: "url", name: "url", label: t("settings.url"), hint: t("settings.helpers.url_hint"), placeholder: "https://" },
      { kind: "number", name: "deadline_ms", label: t("settings.helpers.deadline"), hint: t("settings.helpers.deadline_hint"), min: 100, max: 8000 },
    ],
    secrets: ({ secret }) => [{ label: t("settings.secret"), text: String(secret) }],
    more: (one) => (
      <Section title={t("settings.secret")} hint={t("settings.rotate_hint")}>
        <Rotate path={`/helpers/${one.id}/rotate-secret`} label={t("settings.rotate")} text={t("settings.rotate_hint")} />
      </Section>
    ),
  };
  return <Records kind={kind} />;
}
