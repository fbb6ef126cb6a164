// The rail: the links of the screens, and what belongs to the person at this device.

import { useEffect, useRef } from "preact/hooks";
import { atLeast } from "../core/rights.ts";
import { here, session } from "../core/session.ts";
import { chooseLanguage, language, LANGUAGES, t } from "../core/words.ts";
import { Icon } from "../ui/icon.tsx";
import { lazy } from "../ui/lazy.tsx";
import { parts, path } from "./address.ts";
import { askForNotices, chooseSounds, notices, sounds } from "./alerts.ts";
import { keysOpen, paletteOpen } from "./open_boxes.ts";
import { phone } from "./phone.ts";
import { SCREENS, screenOf, type Screen } from "./screens.ts";
import { Shortcuts } from "./shortcuts.tsx";
import { chooseTheme, theme, THEMES, type Theme } from "./theme.ts";

const Palette = lazy(() => import("./palette.tsx"));
const ON_A_PHONE = 3; // screens beside the inbox that fit on a phone in any language

/** The rail; on a phone what does not fit lies in a box of its own. */
export function Rail() {
  if (!session.value) return null;
  const { me } = here();
  const shown = screenOf(parts.value[0]);
  const screens = SCREENS.filter((one) => atLeast(me, one.least));
  const kept = phone.value ? screens.slice(0, ON_A_PHONE) : screens;
  const further = screens.slice(kept.length);
  return (
    <>
      <ul class="rail-screens">
        <RailLink href="/" icon="inbox" text={t("screens.inbox")} current={!shown} />
        {kept.map((one) => <ScreenLink key={one.name} screen={one} shown={shown} />)}
      </ul>
      {phone.value ? <More screens={further} shown={shown} /> : <Tools />}
      {paletteOpen.value && <Palette />}
      <Shortcuts />
    </>
  );
}

const ScreenLink = ({ screen, shown }: { screen: Screen; shown: Screen | undefined }) => (
  <RailLink href={`/${screen.name}`} icon={screen.icon} text={t(screen.title)} current={screen === shown} />
);

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

function Tools() {
  return (
    <div class="rail-tools">
      <button type="button" class="quiet" title={`${t("palette.title")} (Ctrl K)`} aria-label={t("palette.title")} onClick={() => { paletteOpen.value = true; }}>
        <Icon name="search" />
      </button>
      <button type="button" class="quiet" title={`${t("keys.title")} (?)`} aria-label={t("keys.title")} onClick={() => { keysOpen.value = true; }}>
        <Icon name="keyboard" />
      </button>
      <details class="device">
        <summary class="quiet" aria-label={t("frame.device")} title={t("frame.device")}><Icon name="globe" /></summary>
        <div class="device-box"><Device /></div>
      </details>
    </div>
  );
}

/** What does not fit on a phone's rail; it closes where one of it was taken. */
function More({ screens, shown }: { screens: readonly Screen[]; shown: Screen | undefined }) {
  const box = useRef<HTMLDetailsElement>(null);
  const close = () => box.current?.removeAttribute("open");
  useEffect(close, [path.value]);
  const find = () => {
    close();
    paletteOpen.value = true;
  };
  return (
    <details ref={box} class="rail-more">
      <summary class={shown && screens.includes(shown) ? "current" : ""}><Icon name="more" /><span>{t("frame.more")}</span></summary>
      <div class="device-box">
        {screens.length > 0 && <ul class="rail-screens">{screens.map((one) => <ScreenLink key={one.name} screen={one} shown={shown} />)}</ul>}
        <button type="button" onClick={find}><Icon name="search" /> {t("palette.title")}</button>
        <Device />
      </div>
    </details>
  );
}

/** Language and colours on this device. */
function Device() {
  return (
    <>
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
    </>
  );
}
