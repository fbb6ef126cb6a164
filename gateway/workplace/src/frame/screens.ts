// The screens beside the inbox, each loaded when it is first opened. A new screen is one row here, a word in the
// catalogues, and its first path part in `OURS` of address.ts and in gateway/pages/workplace_page.py.

import type { ComponentType } from "preact";
import { loadSettingsWords, type Word } from "../core/words.ts";
import type { Role } from "../core/rights.ts";
import type { IconName } from "../ui/icon.tsx";

export interface Screen {
  /** First part of its path; also the name of its link. */
  name: string;
  title: Word;
  icon: IconName;
  /** The lowest role that sees it. */
  least: Role;
  load: () => Promise<{ default: ComponentType }>;
}

/** A screen that uses words of the settings; those come with it. */
const withSettingsWords = (load: Screen["load"]): Screen["load"] => () => Promise.all([load(), loadSettingsWords()]).then(([file]) => file);

export const SCREENS: readonly Screen[] = [
  { name: "contacts", title: "screens.contacts", icon: "contacts", least: "operator", load: () => import("../contacts/contacts.tsx") },
  { name: "board", title: "screens.board", icon: "board", least: "supervisor", load: () => import("../board/board.tsx") },
  { name: "reports", title: "screens.reports", icon: "reports", least: "supervisor", load: () => import("../reports/reports.tsx") },
  { name: "campaigns", title: "screens.campaigns", icon: "campaigns", least: "administrator", load: withSettingsWords(() => import("../campaigns/campaigns.tsx")) },
  { name: "templates", title: "screens.templates", icon: "templates", least: "administrator", load: withSettingsWords(() => import("../templates/templates.tsx")) },
  { name: "settings", title: "screens.settings", icon: "settings", least: "operator", load: withSettingsWords(() => import("../settings/settings.tsx")) },
];
