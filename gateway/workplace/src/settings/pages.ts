// The settings' pages, each loaded when it is opened. A new page is one row here and a word in the catalogues.

import type { ComponentType } from "preact";
import type { Role } from "../core/rights.ts";
import type { Word } from "../core/words.ts";

export interface SettingsPage {
  /** Its address: `/settings/{name}`, and what follows belongs to the page. */
  name: string;
  group: Word;
  title: Word;
  /** The lowest role that sees it. */
  least: Role;
  load: () => Promise<{ default: ComponentType }>;
}

export const SETTINGS: readonly SettingsPage[] = [
  { name: "account", group: "settings.groups.account", title: "settings.account.title", least: "operator", load: () => import("./account.tsx") },
  { name: "notices", group: "settings.groups.account", title: "settings.notices.title", least: "operator", load: () => import("./notices.tsx") },
  { name: "channels", group: "settings.groups.channels", title: "settings.channels.title", least: "supervisor", load: () => import("./channels.tsx") },
  { name: "rate-cards", group: "settings.groups.channels", title: "settings.rate_cards.title", least: "administrator", load: () => import("./rate_cards.tsx") },
  { name: "queues", group: "settings.groups.queues", title: "settings.queues.title", least: "supervisor", load: () => import("./queues.tsx") },
  { name: "hours", group: "settings.groups.queues", title: "settings.hours.title", least: "supervisor", load: () => import("./hours.tsx") },
  { name: "tags", group: "settings.groups.inbox", title: "settings.tags.title", least: "supervisor", load: () => import("./tags.tsx") },
  { name: "topics", group: "settings.groups.inbox", title: "settings.topics.title", least: "supervisor", load: () => import("./topics.tsx") },
  { name: "replies", group: "settings.groups.inbox", title: "settings.replies.title", least: "supervisor", load: () => import("./collections.tsx") },
  { name: "contact-fields", group: "settings.groups.inbox", title: "settings.contact_fields.title", least: "supervisor", load: () => import("./contact_fields.tsx") },
  { name: "segments", group: "settings.groups.inbox", title: "settings.segments.title", least: "administrator", load: () => import("./segments.tsx") },
  { name: "opt-outs", group: "settings.groups.inbox", title: "settings.opt_outs.title", least: "administrator", load: () => import("./opt_outs.tsx") },
  { name: "people", group: "settings.groups.people", title: "settings.people.title", least: "supervisor", load: () => import("./people.tsx") },
  { name: "groups", group: "settings.groups.people", title: "settings.groups_page.title", least: "supervisor", load: () => import("./groups.tsx") },
  { name: "statuses", group: "settings.groups.people", title: "settings.statuses.title", least: "supervisor", load: () => import("./statuses.tsx") },
  { name: "bots", group: "settings.groups.connections", title: "settings.bots.title", least: "administrator", load: () => import("./bots.tsx") },
  { name: "helpers", group: "settings.groups.connections", title: "settings.helpers.title", least: "administrator", load: () => import("./helpers.tsx") },
  { name: "integration", group: "settings.groups.connections", title: "settings.integration.title", least: "administrator", load: () => import("./integration.tsx") },
  { name: "webhooks", group: "settings.groups.connections", title: "settings.webhooks.title", least: "administrator", load: () => import("./webhooks.tsx") },
  { name: "api-keys", group: "settings.groups.connections", title: "settings.api_keys.title", least: "administrator", load: () => import("./api_keys.tsx") },
  { name: "dead-letters", group: "settings.groups.connections", title: "settings.dead_letters.title", least: "administrator", load: () => import("./dead_letters.tsx") },
  { name: "audit", group: "settings.groups.connections", title: "settings.audit.title", least: "administrator", load: () => import("./audit.tsx") },
  { name: "workspace", group: "settings.groups.workspace", title: "settings.workspace.title", least: "supervisor", load: () => import("./workspace.tsx") },
  { name: "mail", group: "settings.groups.workspace", title: "settings.mail.title", least: "administrator", load: () => import("./mail.tsx") },
  { name: "openid", group: "settings.groups.workspace", title: "settings.openid.title", least: "administrator", load: () => import("./openid.tsx") },
  { name: "data", group: "settings.groups.workspace", title: "settings.data.title", least: "administrator", load: () => import("./data.tsx") },
  { name: "configuration", group: "settings.groups.workspace", title: "settings.configuration.title", least: "administrator", load: () => import("./configuration.tsx") },
];
