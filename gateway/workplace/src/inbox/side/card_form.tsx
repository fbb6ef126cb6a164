// Changing a contact's card: names, phones, e-mails, language, and the workspace's own fields.

import { useState } from "preact/hooks";
import { here } from "../../core/session.ts";
import { t } from "../../core/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Form, SelectField, TextField } from "../../ui/form.tsx";
import type { Contact, ContactField } from "../types.ts";
import { cardPatch, draftOf, withRow, type CardDraft } from "./card_patch.ts";

export function CardForm({ contact, fields, onClose, onSaved }: { contact: Contact; fields: readonly ContactField[]; onClose: () => void; onSaved: (contact: Contact) => void }) {
  const { api } = here();
  const [draft, setDraft] = useState<CardDraft>(() => draftOf(contact, fields));
  const set = (part: Partial<CardDraft>) => setDraft((before) => ({ ...before, ...part }));
  const patch = cardPatch(contact, fields, draft);
  const send = async () => {
    onSaved(await api.request("PATCH", `/contacts/${contact.id}`, { body: patch }));
    onClose();
  };
  return (
    <Dialog title={t("side.card.edit")} onClose={onClose}>
      <Form send={send} onCancel={onClose} changed={Object.keys(patch).length > 0}>
        <TextField label={t("side.card.name")} pointer="/name" value={draft.name} onChange={(name) => set({ name })} />
        <TextField label={t("side.card.language")} pointer="/language" value={draft.language} onChange={(language) => set({ language })} />
        {draft.phones.map((one, n) => (
          <TextField key={n} label={t("side.card.phone_n", { n: n + 1 })} type="tel" pointer={`/phones/${n}`} value={one} onChange={(value) => set({ phones: withRow(draft.phones, n, value) })} />
        ))}
        {draft.emails.map((one, n) => (
          <TextField key={n} label={t("side.card.email_n", { n: n + 1 })} type="email" pointer={`/emails/${n}`} value={one} onChange={(value) => set({ emails: withRow(draft.emails, n, value) })} />
        ))}
        {fields.map((one) => (
          <OwnField key={one.id} field={one} value={draft.fields[one.key] ?? ""} onChange={(value) => set({ fields: { ...draft.fields, [one.key]: value } })} />
        ))}
      </Form>
    </Dialog>
  );
}

function OwnField({ field, value, onChange }: { field: ContactField; value: string; onChange: (value: string) => void }) {
  const given = { label: field.name, pointer: `/fields/${field.key}`, value, onChange };
  const none = { value: "", text: t("side.card.not_set") };
  switch (field.type) {
    case "boolean":
      return <SelectField {...given} choices={[none, { value: "true", text: t("side.card.yes") }, { value: "false", text: t("side.card.no") }]} />;
    case "choice":
      return <SelectField {...given} choices={[none, ...field.options.map((one) => ({ value: one, text: one }))]} />;
    case "number":
      return <TextField {...given} type="number" step="any" />;
    case "date":
      return <TextField {...given} type="date" />;
    case "url":
      return <TextField {...given} type="url" />;
    default:
      return <TextField {...given} />;
  }
}
