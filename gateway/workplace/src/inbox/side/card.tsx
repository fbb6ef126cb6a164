// The customer: what is known of them, what they agreed to, and what may be changed.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { here } from "../../core/session.ts";
import { fullTime } from "../../core/time.js";
import { named, t } from "../../core/words.ts";
import { notify } from "../../frame/notices.js";
import { useLoaded } from "../../frame/use_loaded.ts";
import { AskFirst } from "../../ui/ask.tsx";
import { lazy } from "../../ui/lazy.tsx";
import { safeUrl } from "../../core/dom.js";
import { mayBlock } from "../may.ts";
import type { Contact, ContactField, Conversation, FieldValue } from "../types.ts";
import { nameOf } from "./contact_name.ts";
import { TagsEditor } from "./labels.tsx";

const CardForm = lazy(async () => ({ default: (await import("./card_form.tsx")).CardForm }));
const Merged = lazy(async () => ({ default: (await import("./merge.tsx")).Merged }));

export function Card({ conversation }: { conversation: Conversation }) {
  const { api, me } = here();
  const { id } = conversation.contact;
  const [editing, setEditing] = useState(false);
  const about = (data: unknown) => isAbout(data, id);
  const loaded = useLoaded<Contact>(() => api.request("GET", `/contacts/${encodeURIComponent(id)}`), [id], ["contact."], about);
  const fields = useLoaded<ContactField[]>(() => api.all("/contact-fields"), [], ["contact_field."]).value ?? [];
  const contact = loaded.value;
  const ordered = [...fields].sort((one, other) => one.order - other.order);
  if (!contact) return loaded.fault ? <p class="fault" role="alert">{loaded.fault}</p> : <p class="soft small">{t("ui.loading")}</p>;
  const patch = async (body: object) => loaded.put(await api.request("PATCH", `/contacts/${contact.id}`, { body }));
  const tried = (body: object) => void patch(body).catch((problem: Error) => notify(problem.message));
  return (
    <>
      <section class="side-part" aria-label={t("side.card.title")}>
        <h3>{t("side.card.title")}</h3>
        {contact.blocked && <p class="told"><strong>{t("side.card.blocked")}</strong></p>}
        {contact.unreachable_on.includes(conversation.channel.id) && <p class="told">{t("side.card.unreachable")}</p>}
        <dl>{cardFacts(contact, ordered).map(([term, value]) => [<dt key={`${term} t`}>{term}</dt>, <dd key={`${term} d`} dir="auto">{value}</dd>])}</dl>
        <div class="side-actions">
          <button type="button" id="edit-card" onClick={() => setEditing(true)}>{t("side.card.edit")}</button>
          {contact.marketing?.accepts !== false && (
            <AskFirst
              label={t("side.card.opt_out")} title={t("side.card.opt_out")} confirm={t("side.card.opt_out")}
              text={t("side.card.opt_out_text", { name: nameOf(contact) })} act={() => patch({ accepts_marketing: false })}
            />
          )}
          {mayBlock(conversation, me) && (contact.blocked
            ? <button type="button" onClick={() => tried({ blocked: false })}>{t("side.card.unblock")}</button>
            : <AskFirst
                label={t("side.card.block")} title={t("side.card.block_title", { name: nameOf(contact) })} confirm={t("side.card.block")}
                text={t("side.card.block_text")} act={() => patch({ blocked: true })}
              />)}
        </div>
        {editing && <CardForm contact={contact} fields={ordered} onClose={() => setEditing(false)} onSaved={loaded.put} />}
      </section>
      <TagsEditor label={t("side.card.tags")} tags={contact.tags} save={(tags) => tried({ tags })} />
      <Merged contact={contact} onChanged={loaded.reload} />
    </>
  );
}

/** Is an event about a contact, or about a merge that it is a part of? */
function isAbout(data: unknown, id: string): boolean {
  const { id: one, contact, merged_ids = [] } = data as { id?: string; contact?: { id: string }; merged_ids?: string[] };
  return one === id || contact?.id === id || merged_ids.includes(id);
}

/** What a card says, as terms with their values. */
export function cardFacts(contact: Contact, fields: readonly ContactField[]): [string, ComponentChildren][] {
  const list = (items: string[], scheme: string) => items.map((one) => <a key={one} class="in-list" href={`${scheme}:${one}`}>{one}</a>);
  const facts: [string, ComponentChildren][] = [];
  if (contact.phones.length) facts.push([t("side.card.phones"), list(contact.phones, "tel")]);
  if (contact.emails.length) facts.push([t("side.card.emails"), list(contact.emails, "mailto")]);
  if (contact.language) facts.push([t("frame.language"), contact.language]);
  for (const one of fields) {
    const value = contact.fields[one.key];
    if (value !== undefined && value !== null) facts.push([one.name, shownValue(one, value)]);
  }
  facts.push([t("side.card.marketing"), marketing(contact)]);
  if (contact.consent) facts.push([t("side.card.consent"), `${contact.consent.source}, ${fullTime(contact.consent.at)}: ${contact.consent.wording}`]);
  return facts;
}

function shownValue(field: ContactField, value: FieldValue): ComponentChildren {
  if (field.type === "boolean") return t(value ? "side.card.yes" : "side.card.no");
  const href = field.type === "url" ? safeUrl(String(value)) : null;
  return href ? <a href={href} target="_blank" rel="noopener noreferrer">{String(value)}</a> : String(value);
}

function marketing({ marketing: said }: Contact): string {
  if (!said) return t("side.card.never_said");
  const words = t(said.accepts ? "side.card.accepts" : "side.card.opted_out");
  return `${words}, ${fullTime(said.at)}, ${named("side.card", `by_${said.source}`)}`;
}
