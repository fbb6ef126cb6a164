// What is shown in the place of everything to who signed in without the second factor that the workspace demands.

import { h, render } from "preact";
import { loadSettingsWords, t } from "../core/words.ts";
import { SecondFactor } from "./second_factor.tsx";

/** Shows it in a place; the session stays as it is meanwhile. */
export async function showDemandedFactor(place: HTMLElement, onEnabled: () => void, onSignOut: () => void): Promise<void> {
  await loadSettingsWords();
  render(h(Demanded, { onEnabled, onSignOut }), place);
}

export function hideDemandedFactor(place: HTMLElement): void {
  render(null, place);
}

function Demanded({ onEnabled, onSignOut }: { onEnabled: () => void; onSignOut: () => void }) {
  return (
    <div class="sign-in-card wide">
      <p role="status">{t("settings.factor.demanded")}</p>
      <SecondFactor onEnabled={onEnabled} />
      <button type="button" class="quiet" onClick={onSignOut}>{t("settings.factor.sign_out")}</button>
    </div>
  );
}
