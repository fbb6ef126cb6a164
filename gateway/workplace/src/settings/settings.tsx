// The settings: a list of pages at the side, and the page that the address names.

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { atLeast } from "../core/rights.ts";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { parts } from "../frame/address.ts";
import { Empty } from "../ui/page.tsx";
import { SETTINGS, type SettingsPage } from "./pages.ts";

export default function Settings() {
  const { me } = here();
  const seen = SETTINGS.filter((one) => atLeast(me, one.least));
  const shown = seen.find((one) => one.name === parts.value[1]);
  const groups = [...new Set(seen.map((one) => one.group))];
  return (
    <div class="settings" data-open={shown ? "page" : "list"}>
      <nav class="settings-list" aria-label={t("screens.settings")}>
        <h2>{t("screens.settings")}</h2>
        {groups.map((group) => (
          <section key={group}>
            <h3>{t(group)}</h3>
            <ul>
              {seen.filter((one) => one.group === group).map((one) => (
                <li key={one.name}>
                  <a href={`/settings/${one.name}`} {...(one === shown && { "aria-current": "page" as const })}>{t(one.title)}</a>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </nav>
      <div class="settings-page">
        {shown ? (
          <>
            <a class="settings-back" href="/settings">{t("settings.all")}</a>
            <Open key={shown.name} page={shown} />
          </>
        ) : <Empty text={t("settings.choose")} />}
      </div>
    </div>
  );
}

function Open({ page }: { page: SettingsPage }) {
  const [component, setComponent] = useState<{ Shown: ComponentType } | null>(null);
  const [fault, setFault] = useState(false);
  useEffect(() => {
    page.load().then((file) => setComponent({ Shown: file.default }), () => setFault(true));
  }, [page]);
  if (fault) return <p class="fault" role="alert">{t("frame.newer_version")}</p>;
  return component ? <component.Shown /> : <p class="empty" role="status">{t("ui.loading")}</p>;
}
