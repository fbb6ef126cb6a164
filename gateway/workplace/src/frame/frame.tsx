// The screen that the address names.

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { atLeast } from "../core/rights.ts";
import { here, session } from "../core/session.ts";
import { t, type Word } from "../core/words.ts";
import { parts } from "./address.ts";
import { screenOf, type Screen } from "./screens.ts";

/** The screen of the address; nothing where it is the inbox. */
export function Outlet() {
  const screen = session.value ? screenOf(parts.value[0]) : undefined;
  useEffect(() => {
    document.getElementById("app")!.dataset["screen"] = screen ? screen.name : "inbox";
    const heading = document.querySelector<HTMLElement>(".top h1")!;
    heading.dataset["t"] = screen ? screen.title : "screens.inbox";
    heading.textContent = t(heading.dataset["t"] as Word);
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
