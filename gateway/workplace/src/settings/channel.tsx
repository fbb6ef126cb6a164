// One channel: how its connecting stands, its settings, new credentials, its end.

import { useState } from "preact/hooks";
import { atLeast } from "../core/rights.ts";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { go } from "../frame/address.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { Form } from "../ui/form.tsx";
import { Page, Section, Show } from "../ui/page.tsx";
import { BudgetForm } from "./budget.tsx";
import { credentialFields, entered, type Channel } from "./channel_kinds.ts";
import { Connecting } from "./connecting.tsx";
import { draftOf, patchOf, withValue, type Draft } from "./draft.ts";
import { Fields, type Field } from "./fields.tsx";
import { Health, Troubles } from "./health.tsx";
import { Remove } from "./remove.tsx";
import { requirements } from "./requirements.ts";
import { RetentionForm } from "./retention.tsx";
import { WidgetForm } from "./widget.tsx";

interface Named {
  id: string;
  name: string;
}

interface Known {
  channel: Channel;
  queues: Named[];
  bots: Named[];
}

const ADDRESS = "/settings/channels";
const BLANK: Draft = {
  name: "", queue_id: null, enabled: true, bot_id: null, priority: 0, required_before_close: [], provider_base_url: null,
  auto_close: { assigned_seconds: null, unassigned_seconds: null, warn_before_seconds: null, only_while_customer_owes: false },
};
const OF_WHATSAPP: Draft = { messages_per_second: 80, marketing_policy: "fallback" };
const OF_TELEGRAM: Draft = { updates: "webhook" };

export function OneChannel({ id }: { id: string }) {
  const { api, me } = here();
  const may = atLeast(me, "administrator");
  const loaded = useLoaded<Known>(async () => {
    const [channel, queues, bots] = await Promise.all([api.request("GET", `/channels/${id}`), api.all("/queues"), may ? api.all("/bots") : []]);
    return { channel, queues, bots };
  }, [id], ["channel."]);
  return (
    <Show loaded={loaded}>
      {({ channel, queues, bots }) => (
        <Page
          title={channel.name} hint={channel.account_key ? `${t(`kinds.${channel.kind}`)} · ${channel.account_key}` : t(`kinds.${channel.kind}`)}
          actions={<><Health channel={channel} /><a class="button" href={ADDRESS}>{t("settings.to_list")}</a></>}
        >
          <Troubles channel={channel} />
          {may && <Connecting id={id} />}
          <Settings channel={channel} queues={queues} bots={bots} may={may} reload={loaded.reload} />
          {may && <Credentials channel={channel} reload={loaded.reload} />}
          {may && channel.kind === "webchat" && <WidgetForm channel={id} />}
          {may && channel.kind === "whatsapp" && <BudgetForm channel={id} />}
          {may && <RetentionForm channel={channel} reload={loaded.reload} />}
          {may && <Remove name={channel.name} path={`/channels/${id}`} label={t("settings.channels.disconnect")} text={t("settings.channels.disconnect_text")} onDone={async () => go(ADDRESS)} />}
        </Page>
      )}
    </Show>
  );
}

function blankOf(channel: Channel): Draft {
  return { ...BLANK, ...(channel.kind === "whatsapp" && OF_WHATSAPP), ...(channel.kind === "telegram" && OF_TELEGRAM) };
}

function Settings({ channel, queues, bots, may, reload }: Known & { may: boolean; reload: () => Promise<void> }) {
  const { api } = here();
  const [before, setBefore] = useState(() => draftOf(channel as unknown as Draft, blankOf(channel)));
  const [draft, setDraft] = useState(before);
  const patch = patchOf(before, draft);
  const send = async () => {
    if (!patch) return;
    const answer = await api.request("PATCH", `/channels/${channel.id}`, { body: patch });
    const now = draftOf(answer, blankOf(channel));
    setBefore(now);
    setDraft(now);
    await reload();
  };
  return (
    <Section title={t("settings.channels.settings")}>
      <fieldset class="bare" disabled={!may}>
        <Form send={send} changed={patch !== null}>
          <Fields table={fieldsOf(channel, queues, bots)} draft={draft} set={setDraft} />
        </Form>
      </fieldset>
    </Section>
  );
}

function fieldsOf(channel: Channel, queues: Named[], bots: Named[]): Field[] {
  const choices = (none: string, some: Named[]) => [{ value: "", text: none }, ...some.map((one) => ({ value: one.id, text: one.name }))];
  const word = (name: string) => ({ label: t(`settings.channels.fields.${name}` as never), hint: t(`settings.channels.hints.${name}` as never) });
  const fields: Field[] = [
    { kind: "text", name: "name", label: t("settings.name"), maxLength: 100 },
    { kind: "check", name: "enabled", ...word("enabled") },
    { kind: "select", name: "queue_id", label: t("settings.channels.queue"), hint: t("settings.channels.queue_hint"), optional: true, choices: choices(t("settings.channels.no_queue"), queues) },
    { kind: "select", name: "bot_id", ...word("bot_id"), optional: true, choices: choices(t("settings.channels.no_bot"), bots) },
    { kind: "number", name: "priority", ...word("priority"), min: 0, max: 100 },
    { kind: "duration", name: "auto_close.assigned_seconds", ...word("assigned_seconds") },
    { kind: "duration", name: "auto_close.unassigned_seconds", ...word("unassigned_seconds") },
    { kind: "duration", name: "auto_close.warn_before_seconds", ...word("warn_before_seconds") },
    { kind: "check", name: "auto_close.only_while_customer_owes", ...word("only_while_customer_owes") },
    { kind: "checks", name: "required_before_close", ...word("required_before_close"), choices: requirements() },
  ];
  if (channel.kind === "whatsapp") {
    fields.push({ kind: "number", name: "messages_per_second", ...word("messages_per_second"), min: 1, max: 1000 });
    fields.push({ kind: "select", name: "marketing_policy", ...word("marketing_policy"), choices: (["fallback", "strict"] as const).map((value) => ({ value, text: t(`settings.channels.policies.${value}`) })) });
  }
  if (channel.kind === "telegram") {
    fields.push({ kind: "select", name: "updates", ...word("updates"), choices: (["webhook", "polling"] as const).map((value) => ({ value, text: t(`settings.channels.updates.${value}`) })) });
  }
  if (channel.kind !== "webchat") {
    fields.push({ kind: "url", name: "provider_base_url", label: t("settings.channels.base_url"), hint: t("settings.channels.base_url_hint"), optional: true });
  }
  return fields;
}

function Credentials({ channel, reload }: { channel: Channel; reload: () => Promise<void> }) {
  const { api } = here();
  const [draft, setDraft] = useState<Draft>({ credentials: channel.kind === "webchat" ? { allowed_origins: [] } : {} });
  const given = entered(draft["credentials"] as Draft);
  const changed = Object.keys(given).length > 0;
  const send = async () => {
    if (!changed) return;
    await api.request("PATCH", `/channels/${channel.id}`, { body: { credentials: given } });
    setDraft(withValue({}, "credentials", channel.kind === "webchat" ? { allowed_origins: [] } : {}));
    await reload();
  };
  return (
    <Section title={t("settings.channels.credentials")} hint={t("settings.channels.credentials_hint")}>
      <details>
        <summary>{t("settings.channels.enter_credentials")}</summary>
        <Form send={send} changed={changed}>
          <Fields table={credentialFields(channel.kind, false)} draft={draft} set={setDraft} />
        </Form>
      </details>
    </Section>
  );
}
