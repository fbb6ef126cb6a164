// A contact: the card, all conversations, and for administrators taking the data out and erasing it.

import { useState } from "preact/hooks";
import { atLeast } from "../core/rights.ts";
import { here } from "../core/session.ts";
import { fullTime } from "../core/time.js";
import { named, t } from "../core/words.ts";
import { notify } from "../frame/notices.js";
import { useLoaded } from "../frame/use_loaded.ts";
import { cardFacts } from "../inbox/side/card.tsx";
import { CardForm } from "../inbox/side/card_form.tsx";
import { nameOf } from "../inbox/side/contact_name.ts";
import { TagsEditor } from "../inbox/side/labels.tsx";
import { lastWords } from "../inbox/last_words.ts";
import { beginConversation } from "../inbox/starting.ts";
import type { Contact, ContactField, Conversation, Page as Listed } from "../inbox/types.ts";
import { Empty, Page, Section, Show, Table } from "../ui/page.tsx";
import { Accounts } from "./accounts.tsx";
import { Data } from "./data.tsx";

const SHOWN = 100;

export function ContactPage({ id }: { id: string }) {
  const { api, me } = here();
  const path = `/contacts/${encodeURIComponent(id)}`;
  const about = (data: unknown) => JSON.stringify(data).includes(id);
  const loaded = useLoaded<Contact>(() => api.request("GET", path), [id], ["contact."], about);
  const fields = useLoaded<ContactField[]>(() => api.all("/contact-fields"), [], ["contact_field."]).value ?? [];
  const [editing, setEditing] = useState(false);
  const ordered = [...fields].sort((one, other) => one.order - other.order);
  const contact = loaded.value;
  const saveTags = async (tags: string[]) => {
    try {
      loaded.put(await api.request("PATCH", path, { body: { tags } }));
    } catch (problem) {
      notify((problem as Error).message);
    }
  };
  const edit = contact && <button type="button" onClick={() => setEditing(true)}>{t("side.card.edit")}</button>;
  const begin = contact?.identities.some((one) => one.kind === "whatsapp") && (
    <button type="button" onClick={() => beginConversation({ id, name: nameOf(contact) })}>{t("starting.title")}</button>
  );
  return (
    <Page title={contact ? nameOf(contact) : t("contacts.one")} actions={<><a href="/contacts">{t("contacts.all")}</a> {begin} {edit}</>}>
      <Show loaded={loaded}>
        {(one) => (
          <>
            <Section title={t("contacts.card")}>
              {one.blocked && <p><strong>{t("side.card.blocked")}</strong></p>}
              <Accounts identities={one.identities} />
              <dl class="facts">
                {cardFacts(one, ordered).map(([term, value]) => <div key={term}><dt>{term}</dt><dd dir="auto">{value}</dd></div>)}
              </dl>
              <TagsEditor label={t("contacts.tags")} tags={one.tags} save={(tags) => void saveTags(tags)} />
            </Section>
            <Section title={t("contacts.conversations")}><Conversations id={id} /></Section>
            {atLeast(me, "administrator") && <Data contact={one} />}
            {editing && <CardForm contact={one} fields={ordered} onClose={() => setEditing(false)} onSaved={loaded.put} />}
          </>
        )}
      </Show>
    </Page>
  );
}

function Conversations({ id }: { id: string }) {
  const { api } = here();
  const about = (data: unknown) => (data as Conversation).contact?.id === id;
  const loaded = useLoaded<Listed<Conversation>>(
    () => api.request("GET", `/contacts/${encodeURIComponent(id)}/conversations`, { query: { limit: SHOWN } }), [id], ["conversation."], about,
  );
  return (
    <Show loaded={loaded}>
      {({ items }) => (items.length ? (
        <Table
          label={t("contacts.conversations")} rows={items} keyOf={(one) => one.id}
          columns={[
            { title: t("contacts.opened"), cell: (one) => <a href={`/conversations/${one.id}`}>{fullTime(one.opened_at)}</a> },
            { title: t("contacts.channel"), cell: (one) => <><span class={`kind kind-${one.channel.kind}`}>{named("kinds", one.channel.kind)}</span> {one.channel.name}</> },
            { title: t("contacts.state"), cell: (one) => (one.close_reason ? named("close_reasons", one.close_reason) : named("states", one.state)) },
            { title: t("contacts.last_words"), cell: (one) => <span class="one-line" dir="auto">{lastWords(one) || "–"}</span> },
          ]}
        />
      ) : <Empty text={t("contacts.no_conversations")} />)}
    </Show>
  );
}
