// Two contacts that are one customer: saying so, and taking them apart.

import { useState } from "preact/hooks";
import { here } from "../../core/session.ts";
import { displayNumber } from "../../core/store.js";
import { t } from "../../core/words.ts";
import { useLoaded } from "../../frame/use_loaded.ts";
import { AskFirst } from "../../ui/ask.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Form, TextField } from "../../ui/form.tsx";
import type { Contact, Page } from "../types.ts";
import { nameOf } from "./contact_name.ts";

const MOST = 10;

export function Merged({ contact, onChanged }: { contact: Contact; onChanged: () => Promise<void> }) {
  const { api } = here();
  const [open, setOpen] = useState(false);
  const unmerge = (id: string) => async () => {
    await api.request("POST", `/contacts/${id}/unmerge`);
    await onChanged();
  };
  return (
    <section class="side-part" aria-label={t("side.card.merged")}>
      {contact.merged.length > 0 && <h3>{t("side.card.merged")}</h3>}
      <ul class="past">
        {contact.merged.map((one) => (
          <li key={one.id} class="merged">
            <span dir="auto">{nameOf(one)}</span>
            <AskFirst label={t("side.card.unmerge")} title={t("side.card.unmerge")} confirm={t("side.card.unmerge")} text={t("side.card.unmerge_text", { name: nameOf(one) })} act={unmerge(one.id)} />
          </li>
        ))}
      </ul>
      <button type="button" class="side-button" onClick={() => setOpen(true)}>{t("side.card.merge")}</button>
      {open && <MergeBox contact={contact} onClose={() => setOpen(false)} onChanged={onChanged} />}
    </section>
  );
}

function MergeBox({ contact, onClose, onChanged }: { contact: Contact; onClose: () => void; onChanged: () => Promise<void> }) {
  const { api } = here();
  const [wanted, setWanted] = useState("");
  const [chosen, setChosen] = useState("");
  const q = wanted.trim();
  const found = useLoaded<Page<Contact>>(async () => (q.length < 2 ? { items: [], next_cursor: null } : api.request("GET", "/contacts", { query: { q, limit: MOST } })), [q]);
  const others = (found.value?.items ?? []).filter((one) => one.id !== contact.id);
  const send = async () => {
    if (!chosen) return;
    await api.request("POST", `/contacts/${contact.id}/merge`, { body: { contact_id: chosen } });
    await onChanged();
    onClose();
  };
  const account = (one: Contact) => one.identities.map(displayNumber).join(", ");
  return (
    <Dialog title={t("side.card.merge_title", { name: nameOf(contact) })} onClose={onClose}>
      <Form send={send} submit={t("side.card.merge_do")} onCancel={onClose}>
        <TextField label={t("side.card.merge_search")} hint={t("side.card.merge_hint")} value={wanted} onChange={(value) => { setWanted(value); setChosen(""); }} />
        {found.fault && <p class="fault" role="alert">{found.fault}</p>}
        {others.length > 0 && (
          <fieldset class="field checks">
            <legend>{t("side.card.title")}</legend>
            {others.map((one) => (
              <label key={one.id}>
                <input type="radio" name="merge-with" checked={chosen === one.id} onChange={() => setChosen(one.id)} />
                <span dir="auto">{nameOf(one)} <span class="soft small">{account(one)}</span></span>
              </label>
            ))}
          </fieldset>
        )}
        {q.length >= 2 && found.value && !others.length && <p class="soft" role="status">{t("side.card.nobody_found")}</p>}
      </Form>
    </Dialog>
  );
}
