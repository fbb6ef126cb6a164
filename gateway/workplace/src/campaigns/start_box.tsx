// The last question before a campaign begins: to how many people, when, for how much money, and who gets nothing.

import { useState } from "preact/hooks";
import { fullTime } from "../core/time.js";
import { language, t } from "../core/words.ts";
import { Dialog } from "../ui/dialog.tsx";
import { summed } from "../ui/money.ts";
import type { Campaign } from "./campaign_types.ts";
import { whyLeftOut } from "./campaign_words.ts";
import type { Outlook } from "./forecast.tsx";

interface Asked {
  campaign: Campaign;
  outlook: Outlook;
  start: () => Promise<void>;
  onClose: () => void;
}

export function StartBox({ campaign, outlook, start, onClose }: Asked) {
  const [busy, setBusy] = useState(false);
  const whole = (value: number) => value.toLocaleString(language.value);
  const at = campaign.schedule_at;
  const isPart = !outlook.is_all || outlook.checked < outlook.recipients;
  const press = async () => {
    setBusy(true);
    await start();
    onClose();
  };
  return (
    <Dialog title={t("campaigns.start_title", { name: campaign.name })} onClose={onClose}>
      <p><strong>{t(at ? "campaigns.start_later" : "campaigns.start_at_once", { n: outlook.will_get, ...(at && { time: fullTime(at, language.value) }) })}</strong></p>
      {isPart && <p>{t("campaigns.start_of_part", { n: outlook.checked })}</p>}
      <p>{outlook.by_card ? t("campaigns.start_cost", { amount: summed(outlook.by_card) }) : t("campaigns.start_no_card")}</p>
      {outlook.left_out.length > 0 && (
        <>
          <p id="start-left-out">{t("campaigns.start_left_out", { n: outlook.left_out.reduce((sum, one) => sum + one.count, 0) })}</p>
          <ul aria-labelledby="start-left-out">{outlook.left_out.map((one) => <li key={one.reason}>{whole(one.count)}: {whyLeftOut(one)}</li>)}</ul>
        </>
      )}
      {outlook.will_get === 0 && !isPart && <p class="fault" role="alert">{t("campaigns.start_nobody")}</p>}
      <p class="soft small">{t(at ? "campaigns.start_can_be_ended" : "campaigns.start_is_final")}</p>
      <div class="form-actions">
        <button type="button" class="primary" data-action="confirm" disabled={busy} onClick={() => void press()}>{t(at ? "campaigns.start_confirm_later" : "campaigns.start_confirm")}</button>
        <button type="button" onClick={onClose}>{t("ui.cancel")}</button>
      </div>
    </Dialog>
  );
}
