// A customer's data: taken out as archives, or erased for good.

import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { ExportButton, ExportsTable, useExports } from "../exports/exports_table.tsx";
import { go } from "../frame/address.ts";
import { notify } from "../frame/notices.js";
import { nameOf } from "../inbox/side/contact_name.ts";
import type { Contact } from "../inbox/types.ts";
import { AskFirst } from "../ui/ask.tsx";
import { Section } from "../ui/page.tsx";

export function Data({ contact }: { contact: Contact }) {
  const { api } = here();
  const loaded = useExports((one) => one.contact_id === contact.id, [contact.id]);
  const erase = async () => {
    await api.request("DELETE", `/contacts/${contact.id}`);
    go("/contacts");
    notify(t("contacts.data.erasing"), "done");
  };
  return (
    <Section title={t("contacts.data.title")} hint={t("contacts.data.hint")}>
      <div class="form-actions">
        <ExportButton path={`/contacts/${contact.id}/export`} label={t("exports.make")} loaded={loaded} />
        <AskFirst
          label={t("contacts.data.erase")} title={t("contacts.data.erase_title", { name: nameOf(contact) })} text={t("contacts.data.erase_text")}
          confirm={t("contacts.data.erase")} act={erase}
        />
      </div>
      <ExportsTable loaded={loaded} />
    </Section>
  );
}
