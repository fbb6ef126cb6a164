// The frame around everything: the rail of screens, and the screen that the address names.

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { atLeast } from "../core/rights.ts";
import { here, session } from "../core/session.ts";
import { chooseLanguage, language, LANGUAGES, t } from "../core/words.ts";
import { Icon } from "../ui/icon.tsx";
import { parts } from "./address.ts";
import { askForNotices, chooseSounds, notices, sounds } from "./alerts.ts";
import { Palette } from "./palette.tsx";
import { SCREENS, type Screen } from "./screens.ts";
import { Shortcuts } from "./shortcuts.tsx";
import { chooseTheme, theme, THEMES, type Theme } from "./theme.ts";
import { keysOpen, paletteOpen } from "./open_boxes.ts";

/** The links of the screens, and what belongs to the person at this device. */
export function Rail() {
  if (!session.value) return null;
  const { me } = here();
  const shown = screenOf(parts.value[0]);
  return (
    <>
      <ul class="rail-screens">
        <RailLink href="/" icon="inbox" text={t("screens.inbox")} current={!shown} />
        {SCREENS.filter((one) => atLeast(me, one.least)).map((one) => (
          <RailLink key={one.name} href={`/${one.name}`} icon={one.icon} text={t(one.title)} current={one === shown} />
        ))}
      </ul>
      <div class="rail-tools">
        <button type="button" class="quiet" title={`${t("palette.title")} (Ctrl K)`} aria-label={t("palette.title")} onClick={() => { paletteOpen.value = true; }}>
          <Icon name="search" />
        </button>
        <button type="button" class="quiet" title={`${t("keys.title")} (?)`} aria-label={t("keys.title")} onClick={() => { keysOpen.value = true; }}>
          <Icon name="keyboard" />
        </button>
        <Device />
      </div>
      <Palette />
      <Shortcuts />
    </>
  );
}

function RailLink({ href, icon, text, current }: { href: string; icon: Screen["icon"]; text: string; current: boolean }) {
  return (
    <li>
      <a href={href} {...(current && { "aria-current": "page" as const })}>
        <Icon name={icon} />
        <span>{text}</span>
      </a>
    </li>
  );
}

/** Language and colours on this device. */
function Device() {
  return (
    <details class="device">
      <summary class="quiet" aria-label={t("frame.device")} title={t("frame.device")}><Icon name="globe" /></summary>
      <div class="device-box">
        <label>{t("frame.language")}
          <select value={language.value} onChange={(event) => void chooseLanguage(event.currentTarget.value)}>
            {Object.entries(LANGUAGES).map(([code, { name }]) => <option key={code} value={code} lang={code}>{name}</option>)}
          </select>
        </label>
        <label class="device-check">
          <input type="checkbox" checked={sounds.value} onChange={(event) => chooseSounds(event.currentTarget.checked)} />
          {t("alerts.sounds")}
        </label>
        {notices.value === "default" && <button type="button" onClick={() => void askForNotices()}>{t("alerts.allow")}</button>}
        {notices.value === "denied" && <p class="soft small">{t("alerts.denied")}</p>}
        <label>{t("frame.theme")}
          <select value={theme.value} onChange={(event) => chooseTheme(event.currentTarget.value as Theme)}>
            {THEMES.map((one) => <option key={one} value={one}>{t(`themes.${one}`)}</option>)}
          </select>
        </label>
      </div>
    </details>
  );
}

const screenOf = (name: string | undefined) => SCREENS.find((one) => one.name === name);

/** The screen of the address; nothing where it is the inbox. */
export function Outlet() {
  const screen = session.value ? screenOf(parts.value[0]) : undefined;
  useEffect(() => {
    document.getElementById("app")!.dataset["screen"] = screen ? screen.name : "inbox";
  }, [screen]);
  if (!screen) return null;
  if (!atLeast(here().me, screen.least)) return <p class="empty">{t("frame.not_for_you")}</p>;
  return <Loading key={screen.name} screen={screen} />;
}

function Loading({ screen }: { screen: Screen }) {
  const [component, setComponent] = useState<{ Shown: ComponentType } | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let over = false;
    screen.load().then(
      (file) => !over && setComponent({ Shown: file.default }),
      () => !over && setFailed(true),
    );
    return () => {
      over = true;
    };
  }, [screen]);
  if (failed) {
    return (
      <p class="fault" role="alert">
        {t("frame.newer_version")} <button type="button" onClick={() => location.reload()}>{t("frame.reload")}</button>
      </p>
    );
  }
  return component ? <component.Shown /> : <p class="empty" role="status">{t("ui.loading")}</p>;
}
