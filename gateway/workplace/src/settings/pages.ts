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
  { name: "channels", group: "settings.groups.channels", title: "settings.channels.title", least: "supervisor", load: () => import("./channels.tsx") },
  { name: "tags", group: "settings.groups.inbox", title: "settings.tags.title", least: "supervisor", load: () => import("./tags.tsx") },
];
