// Queues: who waits and how long, who gets the next one, when they are open, what customers are told.

import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { requirements } from "./requirements.ts";
import type { Draft } from "./draft.ts";
import { filled, type Field } from "./fields.tsx";
import { choicesOf, type Named } from "./known.ts";
import { QueueTexts } from "./queue_texts.tsx";
import { Records, type Kind } from "./records.tsx";

interface Queue extends Named {
  waiting: number;
  limit: number | null;
  available: boolean;
}

interface Known {
  hours: Named[];
  groups: Named[];
  people: Named[];
  language: string;
}

const STRATEGIES = ["longest_idle", "least_busy", "round_robin", "most_qualified", "least_qualified"] as const;
const RATED = ["operator", "inactivity", "api", "bot"] as const;

export default function Queues() {
  const { api } = here();
  const kind: Kind<Queue, Known> = {
    name: "queues", path: "/queues", title: t("settings.queues.title"), hint: t("settings.queues.hint"), none: t("settings.queues.none"), events: ["queue."],
    least: "administrator", nameOf: (one) => one.name,
    read: async () => {
      const [hours, groups, people, workspace] = await Promise.all([api.all("/business-hours"), api.all("/groups"), api.all("/operators"), api.request("GET", "/workspace")]);
      return { hours, groups, people: people.filter((one: { active: boolean }) => one.active), language: workspace.settings.language };
    },
    columns: () => [
      { title: t("settings.queues.waiting"), figures: true, cell: (one) => (one.limit === null ? one.waiting : t("settings.queues.of", { n: one.waiting, limit: one.limit })) },
      { title: t("settings.state"), cell: (one) => <span class={one.available ? "mark good" : "mark"}>{one.available ? t("settings.queues.available") : t("settings.queues.not_available")}</span> },
    ],
    blank: BLANK,
    toSend: (draft) => ({ ...draft, skills: filled(draft["skills"]) }),
    fields: ({ known, all, draft }) => fieldsOf(known, all, draft),
    moveTo: (one, all) => choicesOf(all.filter((other) => other.id !== one.id)),
  };
  return <Records kind={kind} />;
}

const BLANK: Draft = {
  name: "", limit: null, on_overflow: "close", max_wait_seconds: null, on_max_wait: "close", next_queue_id: null,
  hold_when_nobody: true, business_hours_id: null, on_out_of_hours: "hold",
  operator_ids: [], group_ids: [], strategy: "longest_idle", skills: [], capacity: null, sticky: false, resting_after_seconds: null,
  first_answer_target_seconds: null, next_answer_target_seconds: null, target_warning_seconds: null,
  required_before_close: [], rating_after: ["operator", "api", "bot"], rating_pause_days: 7,
  repeat_wait_text_seconds: null, no_answer_seconds: null, texts: {},
};

const part = (name: "waiting" | "nobody" | "who" | "targets" | "close" | "texts"): Field => ({ kind: "own", draw: () => <h3 class="form-part">{t(`settings.queues.parts.${name}`)}</h3> });

type Word = keyof typeof import("../languages/en/settings_queues.ts").default.queues.fields;

const word = (name: Word) => ({ name, label: t(`settings.queues.fields.${name}`), hint: t(`settings.queues.hints.${name}`) });

function fieldsOf(known: Known, all: Queue[], draft: Draft): Field[] {
  const others = all.filter((one) => one.name !== draft["name"]);
  const goesOn = (name: "on_overflow" | "on_max_wait"): Field => ({ kind: "select", ...word(name), choices: (["close", "transfer"] as const).map((value) => ({ value, text: t(`settings.queues.goes_on.${value}`) })) });
  return [
    { kind: "text", name: "name", label: t("settings.name"), maxLength: 100 },
    part("waiting"),
    { kind: "number", ...word("limit"), min: 1 },
    goesOn("on_overflow"),
    { kind: "duration", ...word("max_wait_seconds") },
    goesOn("on_max_wait"),
    { kind: "select", ...word("next_queue_id"), optional: true, choices: choicesOf(others, t("settings.queues.no_next")) },
    part("nobody"),
    { kind: "check", ...word("hold_when_nobody") },
    { kind: "select", ...word("business_hours_id"), optional: true, choices: choicesOf(known.hours, t("settings.queues.always")) },
    { kind: "select", ...word("on_out_of_hours"), choices: (["hold", "close"] as const).map((value) => ({ value, text: t(`settings.queues.out.${value}`) })) },
    part("who"),
    { kind: "checks", ...word("operator_ids"), choices: choicesOf(known.people) },
    { kind: "checks", ...word("group_ids"), choices: choicesOf(known.groups) },
    { kind: "select", ...word("strategy"), choices: STRATEGIES.map((value) => ({ value, text: t(`settings.queues.strategies.${value}`) })) },
    { kind: "list", ...word("skills") },
    { kind: "number", ...word("capacity"), min: 1, max: 1000 },
    { kind: "check", ...word("sticky") },
    { kind: "duration", ...word("resting_after_seconds") },
    part("targets"),
    { kind: "duration", ...word("first_answer_target_seconds") },
    { kind: "duration", ...word("next_answer_target_seconds") },
    { kind: "duration", ...word("target_warning_seconds") },
    part("close"),
    { kind: "checks", ...word("required_before_close"), choices: requirements() },
    { kind: "checks", ...word("rating_after"), choices: RATED.map((value) => ({ value, text: t(`settings.queues.closes.${value}`) })) },
    { kind: "number", ...word("rating_pause_days"), min: 0, max: 365 },
    part("texts"),
    { kind: "duration", ...word("repeat_wait_text_seconds") },
    { kind: "duration", ...word("no_answer_seconds") },
    { kind: "own", draw: (now, set) => <QueueTexts texts={(now["texts"] as Texts) ?? {}} language={known.language} onChange={(texts) => set({ ...now, texts })} /> },
  ];
}

type Texts = Record<string, Record<string, string>>;
