// Fields of the contact card beyond those that everybody has.

import { t } from "../core/words.ts";
import { filled } from "./fields.tsx";
import type { Named } from "./known.ts";
import { Records, type Kind } from "./records.tsx";

const TYPES = ["text", "number", "date", "boolean", "choice", "url"] as const;

interface ContactField extends Named {
  key: string;
  type: (typeof TYPES)[number];
  order: number;
}

export default function ContactFields() {
  const kind: Kind<ContactField> = {
    name: "contact-fields", path: "/contact-fields", title: t("settings.contact_fields.title"), hint: t("settings.contact_fields.hint"), none: t("settings.contact_fields.none"), events: ["contact_field."],
    least: "administrator", nameOf: (one) => one.name, arrange: (rows) => [...rows].sort((one, other) => one.order - other.order),
    columns: () => [
      { title: t("settings.contact_fields.type"), cell: (one) => t(`settings.contact_fields.types.${one.type}`) },
      { title: t("settings.contact_fields.key"), cell: (one) => <code>{one.key}</code> },
    ],
    blank: { name: "", key: "", type: "text", options: [], order: 0 },
    toSend: ({ type, ...draft }, isNew) => ({ ...draft, options: filled(draft["options"]), ...(isNew && { type }) }),
    fields: ({ draft, isNew }) => [
      { kind: "text", name: "name", label: t("settings.name"), maxLength: 100 },
      { kind: "text", name: "key", label: t("settings.contact_fields.key"), hint: t("settings.contact_fields.key_hint"), maxLength: 40 },
      ...(isNew ? [{ kind: "select" as const, name: "type", label: t("settings.contact_fields.type"), hint: t("settings.contact_fields.type_hint"), choices: TYPES.map((value) => ({ value, text: t(`settings.contact_fields.types.${value}`) })) }] : []),
      ...(draft["type"] === "choice" ? [{ kind: "list" as const, name: "options", label: t("settings.contact_fields.options"), hint: t("settings.contact_fields.options_hint") }] : []),
      { kind: "number", name: "order", label: t("settings.order"), hint: t("settings.order_hint"), min: 0 },
    ],
  };
  return <Records kind={kind} />;
}
