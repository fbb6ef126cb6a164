// Contacts: found by name, number, e-mail or tag; each has a page of its own.

import { useEffect, useState } from "preact/hooks";
import { newKey } from "../core/api.js";
import { atLeast } from "../core/rights.ts";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { go, parts, query } from "../frame/address.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { nameOf } from "../inbox/side/contact_name.ts";
import { Chips } from "../inbox/side/labels.tsx";
import type { Contact, Page as Listed } from "../inbox/types.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Form, TextField } from "../ui/form.tsx";
import { Empty, Page, Show, Table } from "../ui/page.tsx";
import { SearchField } from "../ui/search_field.tsx";
import { Accounts } from "./accounts.tsx";
import { ContactPage } from "./contact_page.tsx";

const PAGE = 50;

export default function Contacts() {
  const [, id] = parts.value;
  return id ? <ContactPage key={id} id={id} /> : <List />;
}

function List() {
  const { api, me } = here();
  const wanted = query.value.get("q") ?? "";
  const [limit, setLimit] = useState(PAGE);
  const [adding, setAdding] = useState(false);
  useEffect(() => setLimit(PAGE), [wanted]);
  const loaded = useLoaded<Listed<Contact>>(() => api.request("GET", "/contacts", { query: { q: wanted, limit } }), [wanted, limit], ["contact."]);
  const add = atLeast(me, "manager") && <button type="button" class="primary" onClick={() => setAdding(true)}>{t("contacts.add")}</button>;
  return (
    <Page title={t("contacts.title")} hint={t("contacts.hint")} actions={add}>
      <SearchField label={t("contacts.search")} value={wanted} onChange={search} />
      <Show loaded={loaded}>
        {({ items, next_cursor: more }) => (items.length ? (
          <>
            <Table
              label={t("contacts.title")} rows={items} keyOf={(one) => one.id}
              columns={[
                { title: t("contacts.name"), cell: (one) => <a href={`/contacts/${one.id}`} dir="auto">{nameOf(one)}</a> },
                { title: t("contacts.accounts"), cell: (one) => <Accounts identities={one.identities} /> },
                { title: t("contacts.tags"), cell: (one) => <Chips label={t("contacts.tags")} items={one.tags.map((tag) => ({ key: tag, text: tag }))} /> },
                { title: t("contacts.marketing"), cell: (one) => (one.blocked ? t("contacts.blocked") : one.marketing ? t(one.marketing.accepts ? "side.card.accepts" : "side.card.opted_out") : "–") },
              ]}
            />
            {more && limit < MOST && <button type="button" onClick={() => setLimit(Math.min(MOST, limit + PAGE))}>{t("contacts.more")}</button>}
            {more && limit >= MOST && <p class="soft small">{t("contacts.narrow")}</p>}
          </>
        ) : <Empty text={t(wanted ? "contacts.none_found" : "contacts.none")} />)}
      </Show>
      {adding && <Add onClose={() => setAdding(false)} />}
    </Page>
  );
}

/** The longest page that the API gives. */
const MOST = 200;

/** What is looked for stands in the address. */
function search(wanted: string): void {
  go(wanted ? `/contacts?${new URLSearchParams({ q: wanted })}` : "/contacts", { replace: true });
}

function Add({ onClose }: { onClose: () => void }) {
  const { api } = here();
  const [name, setName] = useState("");
  const [number, setNumber] = useState("");
  const [email, setEmail] = useState("");
  const [key] = useState(newKey);
  const send = async () => {
    const body = {
      ...(name.trim() && { name: name.trim() }),
      ...(number.trim() && { identities: [{ kind: "whatsapp", external_id: number.trim() }] }),
      ...(email.trim() && { emails: [email.trim()] }),
    };
    const made: Contact = await api.request("POST", "/contacts", { body, key });
    onClose();
    go(`/contacts/${made.id}`);
  };
  return (
    <Dialog title={t("contacts.add")} onClose={onClose}>
      <Form send={send} onCancel={onClose} submit={t("contacts.add")}>
        <TextField label={t("contacts.name")} pointer="/name" value={name} onChange={setName} maxLength={200} />
        <TextField label={t("contacts.whatsapp")} hint={t("contacts.whatsapp_hint")} type="tel" pointer="/identities/0/external_id" value={number} onChange={setNumber} />
        <TextField label={t("contacts.email")} type="email" pointer="/emails/0" value={email} onChange={setEmail} />
      </Form>
    </Dialog>
  );
}
