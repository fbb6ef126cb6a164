// Channels: which there are and how they are, and what connects a new one.

import { useRef, useState } from "preact/hooks";
import { newKey } from "../core/api.js";
import { atLeast } from "../core/rights.ts";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { go, parts } from "../frame/address.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { Form } from "../ui/form.tsx";
import { Icon } from "../ui/icon.tsx";
import { Empty, Page, Section, Show, Table } from "../ui/page.tsx";
import { credentialFields, entered, KINDS, newChannel, type Channel, type ChannelKind } from "./channel_kinds.ts";
import { OneChannel } from "./channel.tsx";
import { Fields } from "./fields.tsx";
import { Health } from "./health.tsx";

interface Named {
  id: string;
  name: string;
}

const ADDRESS = "/settings/channels";

export default function Channels() {
  const [, , id, kind] = parts.value;
  if (id === "new") return KINDS.includes(kind as ChannelKind) ? <Connect key={kind} kind={kind as ChannelKind} /> : <ChooseKind />;
  return id ? <OneChannel key={id} id={id} /> : <List />;
}

function List() {
  const { api, me } = here();
  const loaded = useLoaded<{ channels: Channel[]; queues: Named[] }>(async () => {
    const [channels, queues] = await Promise.all([api.all("/channels"), api.all("/queues")]);
    return { channels, queues };
  }, [], ["channel."]);
  const add = atLeast(me, "administrator") && <a class="button primary" href={`${ADDRESS}/new`}>{t("settings.channels.connect")}</a>;
  return (
    <Page title={t("settings.channels.title")} hint={t("settings.channels.hint")} actions={add}>
      <Show loaded={loaded}>
        {({ channels, queues }) => (channels.length ? (
          <Table
            label={t("settings.channels.title")} rows={channels} keyOf={(one) => one.id}
            columns={[
              { title: t("settings.name"), cell: (one) => <a href={`${ADDRESS}/${one.id}`} dir="auto">{one.name}</a> },
              { title: t("settings.channels.kind"), cell: (one) => <span class={`kind kind-${one.kind}`}>{t(`kinds.${one.kind}`)}</span> },
              { title: t("settings.channels.queue"), cell: (one) => queues.find((queue) => queue.id === one.queue_id)?.name ?? <span class="soft">{t("settings.channels.no_queue")}</span> },
              { title: t("settings.channels.health"), cell: (one) => <Health channel={one} /> },
            ]}
          />
        ) : <Empty text={t("settings.channels.none")}>{add}</Empty>)}
      </Show>
    </Page>
  );
}

function ChooseKind() {
  return (
    <Page title={t("settings.channels.connect")} hint={t("settings.channels.choose")} actions={<a class="button" href={ADDRESS}>{t("settings.to_list")}</a>}>
      <ul class="choose">
        {KINDS.map((kind) => (
          <li key={kind}>
            <a href={`${ADDRESS}/new/${kind}`}>
              <strong><span class={`kind kind-${kind}`}>{t(`kinds.${kind}`)}</span></strong>
              <span>{t(`settings.channels.about.${kind}`)}</span>
              <Icon name="forward" />
            </a>
          </li>
        ))}
      </ul>
    </Page>
  );
}

function Connect({ kind }: { kind: ChannelKind }) {
  const { api } = here();
  const [before] = useState(() => newChannel(kind));
  const [draft, setDraft] = useState(before);
  const [key] = useState(newKey);
  const made = useRef<Channel | null>(null);
  const queues = useLoaded<Named[]>(() => api.all("/queues"), []);
  const send = async () => {
    const body = { ...draft, credentials: { ...(draft["credentials"] as object), ...entered(draft["credentials"] as never) } };
    if (kind === "webchat") body.credentials = { ...body.credentials, allowed_origins: entered(draft["credentials"] as never)["allowed_origins"] ?? [] };
    made.current = await api.request("POST", "/channels", { body, key });
  };
  const choices = [{ value: "", text: t("settings.channels.no_queue") }, ...(queues.value ?? []).map((one) => ({ value: one.id, text: one.name }))];
  return (
    <Page title={t(`settings.channels.new.${kind}`)} actions={<a class="button" href={`${ADDRESS}/new`}>{t("settings.channels.other_kind")}</a>}>
      <Section title={t("settings.channels.before")}>
        <ol class="steps-text">
          {t(`settings.channels.how.${kind}`).split("\n").map((one) => <li key={one}>{one}</li>)}
        </ol>
      </Section>
      <section class="section">
        <Form send={send} done={() => go(`${ADDRESS}/${made.current!.id}`, { replace: true })} changed={draft !== before} submit={t("settings.channels.go_on")} onCancel={() => go(ADDRESS)}>
          <Fields
            draft={draft} set={setDraft}
            table={[
              { kind: "text", name: "name", label: t("settings.name"), hint: t("settings.channels.name_hint"), maxLength: 100 },
              { kind: "select", name: "queue_id", label: t("settings.channels.queue"), hint: t("settings.channels.queue_hint"), choices, optional: true },
              ...credentialFields(kind, true),
            ]}
          />
          {kind !== "webchat" && (
            <details>
              <summary>{t("settings.more")}</summary>
              <Fields draft={draft} set={setDraft} table={[{ kind: "url", name: "provider_base_url", label: t("settings.channels.base_url"), hint: t("settings.channels.base_url_hint"), optional: true }]} />
            </details>
          )}
        </Form>
      </section>
    </Page>
  );
}
