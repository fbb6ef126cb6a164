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
  /** The key after "g" that leads to it. */
  key: string;
  load: () => Promise<{ default: ComponentType }>;
}

/** A screen that uses words of the settings; those come with it. */
const withSettingsWords = (load: Screen["load"]): Screen["load"] => () => Promise.all([load(), loadSettingsWords()]).then(([file]) => file);

export const SCREENS: readonly Screen[] = [
  { name: "contacts", title: "screens.contacts", icon: "contacts", least: "operator", key: "c", load: () => import("../contacts/contacts.tsx") },
  { name: "board", title: "screens.board", icon: "board", least: "supervisor", key: "b", load: () => import("../board/board.tsx") },
  { name: "reports", title: "screens.reports", icon: "reports", least: "supervisor", key: "r", load: () => import("../reports/reports.tsx") },
  { name: "campaigns", title: "screens.campaigns", icon: "campaigns", least: "administrator", key: "m", load: withSettingsWords(() => import("../campaigns/campaigns.tsx")) },
  { name: "templates", title: "screens.templates", icon: "templates", least: "administrator", key: "t", load: withSettingsWords(() => import("../templates/templates.tsx")) },
  { name: "settings", title: "screens.settings", icon: "settings", least: "operator", key: "s", load: withSettingsWords(() => import("../settings/settings.tsx")) },
];

/** The screen of a path's first part; none where that is the inbox. */
export const screenOf = (name: string | undefined): Screen | undefined => SCREENS.find((one) => one.name === name);
