// Who works here: invited by a link, with a role, groups, skills and limits.

import { atLeast, ROLES, type Role } from "../core/rights.ts";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import type { Draft } from "./draft.ts";
import { choicesOf, namesOf, type Named } from "./known.ts";
import { PersonMore } from "./person_more.tsx";
import { Records, type Kind } from "./records.tsx";
import { Skills } from "./skills.tsx";

interface Person extends Named {
  email: string;
  role: Role;
  active: boolean;
  group_ids: string[];
  capacity: number | null;
}

interface Factor {
  operator_id: string;
  enabled: boolean;
  has_company_login: boolean;
}

interface Known {
  groups: Named[];
  queues: Named[];
  /** Of whom it may be known: administrators see it. */
  factors: Factor[];
}

export default function People() {
  const { api, me } = here();
  const kind: Kind<Person, Known> = {
    name: "people", path: "/operators", makePath: "/invitations", makeWord: t("settings.people.invite"),
    title: t("settings.people.title"), hint: t("settings.people.hint"), none: t("settings.people.none"),
    least: "administrator", nameOf: (one) => one.name,
    read: async () => {
      const mayKnow = atLeast(me, "administrator");
      const [groups, queues, factors] = await Promise.all([api.all("/groups"), api.all("/queues"), mayKnow ? api.all("/second-factors") : []]);
      return { groups, queues, factors };
    },
    arrange: (rows) => [...rows].sort((one, other) => Number(other.active) - Number(one.active) || one.name.localeCompare(other.name)),
    columns: ({ groups, factors }) => [
      { title: t("settings.people.email"), cell: (one) => one.email },
      { title: t("settings.people.role"), cell: (one) => t(`roles.${one.role}`) },
      { title: t("settings.people.groups"), cell: (one) => namesOf(one.group_ids, groups) || "–" },
      { title: t("settings.people.state"), cell: (one) => <span class={one.active ? "mark good" : "mark"}>{one.active ? t("settings.people.active") : t("settings.people.inactive")}</span> },
      ...(factors.length ? [{ title: t("settings.factor.title"), cell: (one: Person) => <HasFactor factor={factors.find((other) => other.operator_id === one.id)} /> }] : []),
    ],
    blank: { name: "", email: "", role: "operator", capacity: null, group_ids: [], skills: {}, active: true },
    toSend: ({ email, active, ...draft }, isNew): Draft => (isNew ? { ...draft, email } : { ...draft, active }),
    fields: ({ isNew, known }) => [
      { kind: "text", name: "name", label: t("settings.people.name"), maxLength: 200 },
      ...(isNew ? [{ kind: "email" as const, name: "email", label: t("settings.people.email"), hint: t("settings.people.email_hint") }] : []),
      { kind: "select", name: "role", label: t("settings.people.role"), hint: t("settings.people.role_hint"), choices: ROLES.filter((one) => atLeast(me, one)).map((value) => ({ value, text: `${t(`roles.${value}`)}: ${t(`settings.people.rights.${value}`)}` })) },
      { kind: "checks", name: "group_ids", label: t("settings.people.groups"), choices: choicesOf(known.groups) },
      { kind: "number", name: "capacity", label: t("settings.people.capacity"), hint: t("settings.people.capacity_hint"), min: 1, max: 1000 },
      { kind: "own", draw: (draft, set) => <Skills skills={(draft["skills"] as Record<string, number>) ?? {}} onChange={(skills) => set({ ...draft, skills })} /> },
      ...(isNew ? [] : [{ kind: "check" as const, name: "active", label: t("settings.people.active"), hint: t("settings.people.active_hint") }]),
    ],
    secrets: ({ link }) => [{ label: t("settings.people.link"), text: String(link) }],
    more: (one) => <PersonMore person={one} />,
    removable: (one) => one.active && one.id !== me.id,
    removeWords: { label: t("settings.people.deactivate"), text: t("settings.people.deactivate_text") },
    moveTo: (one, all, { queues }) => [
      ...choicesOf(queues).map((queue) => ({ ...queue, text: t("settings.people.to_queue", { name: queue.text }) })),
      ...choicesOf(all.filter((other) => other.active && other.id !== one.id)),
    ],
  };
  return <Records kind={kind} />;
}

function HasFactor({ factor }: { factor: Factor | undefined }) {
  if (!factor) return <>–</>;
  if (factor.enabled) return <span class="mark good">{t("settings.factor.has")}</span>;
  return <span class="mark">{factor.has_company_login ? t("settings.factor.company") : t("settings.factor.lacks")}</span>;
}
