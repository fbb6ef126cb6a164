// Webhooks: addresses that are told of events, and how the deliveries went.

import { t } from "../core/words.ts";
import { Section } from "../ui/page.tsx";
import { filled } from "./fields.tsx";
import { Deliveries } from "./deliveries.tsx";
import { Records, type Kind } from "./records.tsx";
import { Rotate } from "./rotate.tsx";

interface Webhook {
  id: string;
  url: string;
  description: string;
  events: string[];
  enabled: boolean;
  failing_since: string | null;
  disabled_reason: string | null;
}

export default function Webhooks() {
  const kind: Kind<Webhook> = {
    name: "webhooks", path: "/webhooks", title: t("settings.webhooks.title"), hint: t("settings.webhooks.hint"), none: t("settings.webhooks.none"), events: ["webhook."],
    least: "administrator", nameOf: (one) => one.description || one.url,
    columns: () => [
      { title: t("settings.url"), cell: (one) => <code class="url">{one.url}</code> },
      { title: t("settings.webhooks.events"), cell: (one) => one.events.join(", ") },
      { title: t("settings.state"), cell: (one) => <State webhook={one} /> },
    ],
    blank: { url: "", description: "", events: ["*"], enabled: true },
    toSend: (draft) => ({ ...draft, events: filled(draft["events"]) }),
    fields: () => [
      { kind: "url", name: "url", label: t("settings.url"), hint: t("settings.webhooks.url_hint"), placeholder: "https://" },
      { kind: "text", name: "description", label: t("settings.webhooks.description"), maxLength: 200 },
      { kind: "list", name: "events", label: t("settings.webhooks.events"), hint: t("settings.webhooks.events_hint") },
      { kind: "check", name: "enabled", label: t("settings.in_use"), hint: t("settings.webhooks.enabled_hint") },
    ],
    secrets: ({ secret }) => [{ label: t("settings.secret"), text: String(secret) }],
    more: (one) => (
      <>
        {one.disabled_reason && <p class="fault">{one.disabled_reason}</p>}
        <Deliveries id={one.id} />
        <Section title={t("settings.secret")} hint={t("settings.rotate_hint")}>
          <Rotate path={`/webhooks/${one.id}/rotate-secret`} label={t("settings.rotate")} text={t("settings.rotate_hint")} />
        </Section>
      </>
    ),
  };
  return <Records kind={kind} />;
}

function State({ webhook }: { webhook: Webhook }) {
  if (!webhook.enabled) return <span class="mark">{t("settings.off")}</span>;
  return webhook.failing_since ? <span class="mark bad">{t("settings.webhooks.failing")}</span> : <span class="mark good">{t("settings.on")}</span>;
}
