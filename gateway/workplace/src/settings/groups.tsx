// Groups of operators, and who supervises them.

import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { choicesOf, namesOf, type Named } from "./known.ts";
import { Records, type Kind } from "./records.tsx";

interface Group extends Named {
  supervisor_ids: string[];
}

export default function Groups() {
  const { api } = here();
  const kind: Kind<Group, Named[]> = {
    name: "groups", path: "/groups", title: t("settings.groups_page.title"), hint: t("settings.groups_page.hint"), none: t("settings.groups_page.none"),
    least: "administrator", nameOf: (one) => one.name,
    read: async () => (await api.all("/operators")).filter((one: { active: boolean }) => one.active),
    columns: (people) => [{ title: t("settings.groups_page.supervisors"), cell: (one) => namesOf(one.supervisor_ids, people) || "–" }],
    blank: { name: "", supervisor_ids: [] },
    fields: ({ known }) => [
      { kind: "text", name: "name", label: t("settings.name"), maxLength: 100 },
      { kind: "checks", name: "supervisor_ids", label: t("settings.groups_page.supervisors"), hint: t("settings.groups_page.supervisors_hint"), choices: choicesOf(known) },
    ],
  };
  return <Records kind={kind} />;
}
