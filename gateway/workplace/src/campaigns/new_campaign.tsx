// A new campaign: what it sends; recipients are chosen on its page.

import { useRef, useState } from "preact/hooks";
import { newKey } from "../core/api.js";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { go } from "../frame/address.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { Empty, Page, Show } from "../ui/page.tsx";
import { CampaignForm } from "./campaign_form.tsx";
import type { Campaign, Named } from "./campaign_types.ts";
import { keep } from "./use_campaigns.ts";

/** The WhatsApp numbers that are on. */
export function useNumbers() {
  const { api } = here();
  return useLoaded<Named[]>(async () => (await api.channels()).filter((one: { kind: string; enabled: boolean }) => one.kind === "whatsapp" && one.enabled), []);
}

export function NewCampaign() {
  const { api } = here();
  const numbers = useNumbers();
  const [key] = useState(newKey);
  const made = useRef("");
  const save = async (fields: Record<string, unknown>) => {
    const campaign: Campaign = await api.request("POST", "/campaigns", { body: fields, key });
    keep([campaign]);
    made.current = campaign.id;
  };
  return (
    <Page title={t("campaigns.new")} hint={t("campaigns.new_hint")} actions={<a class="button" href="/campaigns">{t("settings.to_list")}</a>}>
      <Show loaded={numbers}>
        {(all) => (all.length
          ? <section class="section"><CampaignForm campaign={null} numbers={all} save={save} done={() => go(`/campaigns/${made.current}`, { replace: true })} /></section>
          : <Empty text={t("campaigns.no_number")}><a href="/settings/channels">{t("settings.channels.title")}</a></Empty>)}
      </Show>
    </Page>
  );
}
