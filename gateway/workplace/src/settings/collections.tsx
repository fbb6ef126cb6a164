// Prepared replies: collections of them, for groups, with the replies in each.

import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { choicesOf, namesOf, type Named } from "./known.ts";
import { Records, type Kind } from "./records.tsx";
import { Replies } from "./replies.tsx";

interface Collection extends Named {
  group_ids: string[];
  active: boolean;
}

export default function Collections() {
  const { api } = here();
  const kind: Kind<Collection, Named[]> = {
    name: "replies", path: "/reply-collections", title: t("settings.replies.title"), hint: t("settings.replies.hint"), none: t("settings.replies.none"),
    makeWord: t("settings.replies.new_collection"), least: "administrator", nameOf: (one) => one.name,
    read: () => api.all("/groups"),
    columns: (groups) => [
      { title: t("settings.people.groups"), cell: (one) => namesOf(one.group_ids, groups) || t("settings.replies.everybody") },
      { title: t("settings.state"), cell: (one) => <span class={one.active ? "mark good" : "mark"}>{one.active ? t("settings.on") : t("settings.off")}</span> },
    ],
    blank: { name: "", group_ids: [], active: true },
    fields: ({ known }) => [
      { kind: "text", name: "name", label: t("settings.name"), maxLength: 100 },
      { kind: "checks", name: "group_ids", label: t("settings.people.groups"), hint: t("settings.replies.groups_hint"), choices: choicesOf(known) },
      { kind: "check", name: "active", label: t("settings.in_use") },
    ],
    more: (one) => <Replies collection={one.id} />,
  };
  return <Records kind={kind} />;
}
