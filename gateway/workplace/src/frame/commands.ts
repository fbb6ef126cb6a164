// What can be done from anywhere, by name: for the command palette.

import { atLeast } from "../core/rights.ts";
import type { Me } from "../core/session.ts";
import { here } from "../core/session.ts";
import { chooseLanguage, LANGUAGES, settingsWords, t } from "../core/words.ts";
import { beginConversation } from "../inbox/starting.ts";
import { SETTINGS } from "../settings/pages.ts";
import { go } from "./address.ts";
import { SCREENS } from "./screens.ts";
import { chooseTheme, THEMES } from "./theme.ts";
import { keysOpen } from "./open_boxes.ts";

export interface Command {
  id: string;
  text: string;
  /** What it is, in small letters beside it. */
  kind: string;
  run: () => void;
}

/** All commands of somebody's, screens first. */
export function commandsFor(me: Me): Command[] {
  return [
    { id: "inbox", text: t("screens.inbox"), kind: t("palette.screen"), run: () => go("/") },
    ...SCREENS.filter((one) => atLeast(me, one.least)).map((one) => (
      { id: one.name, text: t(one.title), kind: t("palette.screen"), run: () => go(`/${one.name}`) }
    )),
    ...SETTINGS.filter((one) => settingsWords.value && atLeast(me, one.least)).map((one) => (
      { id: `settings-${one.name}`, text: t(one.title), kind: t("screens.settings"), run: () => go(`/settings/${one.name}`) }
    )),
    { id: "begin", text: t("starting.title"), kind: t("palette.action"), run: () => beginConversation() },
    ...THEMES.map((one) => ({ id: `theme-${one}`, text: t(`themes.${one}`), kind: t("palette.action"), run: () => chooseTheme(one) })),
    ...Object.entries(LANGUAGES).map(([code, { name }]) => (
      { id: `language-${code}`, text: name, kind: t("palette.action"), run: () => void chooseLanguage(code) }
    )),
    { id: "keys", text: t("keys.title"), kind: t("palette.action"), run: () => { keysOpen.value = true; } },
    { id: "sign-out", text: t("frame.sign_out"), kind: t("palette.action"), run: () => here().signOut() },
  ];
}
