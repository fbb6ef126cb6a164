// Topics: what conversations are about, as a tree.

import { t } from "../core/words.ts";
import { parts } from "../frame/address.ts";
import { Records, type Kind } from "./records.tsx";
import { inTree, isWithin, pathOf, type Topic } from "./topic_tree.ts";

export default function Topics() {
  const kind: Kind<Topic> = {
    name: "topics", path: "/topics", title: t("settings.topics.title"), hint: t("settings.topics.hint"), none: t("settings.topics.none"), events: ["topic."],
    least: "administrator", nameOf: (one) => one.name, labelOf: pathOf, arrange: (rows) => inTree(rows),
    columns: () => [{ title: t("settings.state"), cell: (one) => <span class={one.active ? "mark good" : "mark"}>{one.active ? t("settings.topics.offered") : t("settings.topics.not_offered")}</span> }],
    blank: { name: "", parent_id: null, order: 0, active: true },
    fields: ({ all }) => [
      { kind: "text", name: "name", label: t("settings.name"), maxLength: 100 },
      {
        kind: "select", name: "parent_id", label: t("settings.topics.above"), hint: t("settings.topics.above_hint"), optional: true,
        choices: [{ value: "", text: t("settings.topics.top") }, ...inTree(all).filter((one) => !isWithin(one, parts.value[2] ?? "", all)).map((one) => ({ value: one.id, text: pathOf(one, all) }))],
      },
      { kind: "number", name: "order", label: t("settings.order"), hint: t("settings.order_hint"), min: 0 },
      { kind: "check", name: "active", label: t("settings.topics.offered"), hint: t("settings.topics.offered_hint") },
    ],
    moveTo: (one, all) => inTree(all).filter((other) => other.id !== one.id).map((other) => ({ value: other.id, text: pathOf(other, all) })),
  };
  return <Records kind={kind} />;
}
