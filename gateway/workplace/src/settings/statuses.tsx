// Statuses of the workspace's own.

import { t } from "../core/words.ts";
import type { Named } from "./known.ts";
import { Records, type Kind } from "./records.tsx";

export default function Statuses() {
  const kind: Kind<Named> = {
    name: "statuses", path: "/statuses", title: t("settings.statuses.title"), hint: t("settings.statuses.hint"), none: t("settings.statuses.none"),
    least: "administrator", nameOf: (one) => one.name,
    blank: { name: "" },
    fields: () => [{ kind: "text", name: "name", label: t("settings.name"), maxLength: 100 }],
  };
  return <Records kind={kind} />;
}
