// A campaign: its recipients, what they get, what it will take, how far it is and what it achieved.

import { useState } from "preact/hooks";
import { newKey } from "../core/api.js";
import { here } from "../core/session.ts";
import { fullTime } from "../core/time.js";
import { language, t } from "../core/words.ts";
import { go } from "../frame/address.ts";
import { notify } from "../frame/notices.js";
import { useLoaded } from "../frame/use_loaded.ts";
import { AskFirst } from "../ui/ask.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Form, SelectField, TextField } from "../ui/form.tsx";
import { Empty, Page, Section, Show } from "../ui/page.tsx";
import { CampaignForm } from "./campaign_form.tsx";
import type { Campaign } from "./campaign_types.ts";
import { actionsOf, isEditable, reasonOf, type Action } from "./campaign_words.ts";
import { Forecast } from "./forecast.tsx";
import { useNumbers } from "./new_campaign.tsx";
import { Progress } from "./progress.tsx";
import { Chosen, Recipients } from "./recipients.tsx";
import { Results } from "./results.tsx";
import { StateMark } from "./state_mark.tsx";
import { keep, useCampaigns } from "./use_campaigns.ts";

export function CampaignPage({ id }: { id: string }) {
  const { api } = here();
  const path = `/campaigns/${encodeURIComponent(id)}`;
  const campaign = useCampaigns().get(id);
  const loaded = useLoaded<true>(async () => {
    keep([await api.request("GET", path)]);
    return true;
  }, [id], ["campaign."], () => false); // the store hears of events; this reads again where some were missed
  const toList = <a class="button" href="/campaigns">{t("settings.to_list")}</a>;
  if (!campaign) {
    return (
      <Page title={t("campaigns.title")} actions={toList}>
        <Show loaded={loaded}>{() => <Empty text={t("settings.gone")} />}</Show>
      </Page>
    );
  }
  const act = async (action: Action) => {
    try {
      keep([await api.request("POST", `${path}/${action}`)]);
    } catch (problem) {
      notify((problem as Error).message);
    }
  };
  return (
    <Page title={campaign.name} actions={<><Actions campaign={campaign} act={act} />{toList}</>}>
      <Standing campaign={campaign} />
      {isEditable(campaign) ? <Preparation campaign={campaign} start={() => act("start")} /> : (
        <>
          <Progress campaign={campaign} />
          {campaign.started_at && <Results campaign={campaign} />}
          <Section title={t("campaigns.recipients")}><Chosen campaign={campaign} /></Section>
        </>
      )}
    </Page>
  );
}

function Standing({ campaign }: { campaign: Campaign }) {
  const { template, schedule_at: at, started_at: started, ended_at: ended, variant } = campaign;
  const time = (iso: string) => fullTime(iso, language.value);
  return (
    <Section title={t("campaigns.state")}>
      <p><StateMark campaign={campaign} /> {template.name} ({template.language}){variant && `, B: ${variant.template.name} (${variant.template.language})`}</p>
      {campaign.reason && <p class="fault">{reasonOf(campaign)}</p>}
      {campaign.state === "scheduled" && at && <p>{t("campaigns.starts_at", { time: time(at) })}</p>}
      {started && <p class="soft small">{t("campaigns.started_at", { time: time(started) })}{ended && ` ${t("campaigns.ended_at", { time: time(ended) })}`}</p>}
    </Section>
  );
}

/** All that is done before the start. */
function Preparation({ campaign, start }: { campaign: Campaign; start: () => Promise<void> }) {
  const { api } = here();
  const numbers = useNumbers();
  const save = async (fields: Record<string, unknown>) => keep([await api.request("PATCH", `/campaigns/${campaign.id}`, { body: fields })]);
  return (
    <>
      <Recipients campaign={campaign} />
      {campaign.state === "ready" && <Forecast campaign={campaign} start={start} />}
      <Section title={t("campaigns.message")}>
        <Show loaded={numbers}>{(all) => <CampaignForm campaign={campaign} numbers={all} save={save} done={() => notify(t("campaigns.saved"), "done")} />}</Show>
      </Section>
    </>
  );
}

/** The start stands below the forecast. */
function Actions({ campaign, act }: { campaign: Campaign; act: (action: Action) => Promise<void> }) {
  const { api } = here();
  const path = `/campaigns/${campaign.id}`;
  const [testing, setTesting] = useState(false);
  const [key] = useState(newKey);
  const can = actionsOf(campaign);
  const plain = (["pause", "resume"] as const).filter((one) => can.includes(one));
  const copy = async () => {
    try {
      const made: Campaign = await api.request("POST", `${path}/copy`, { body: {}, key });
      keep([made]);
      go(`/campaigns/${made.id}`);
    } catch (problem) {
      notify((problem as Error).message);
    }
  };
  const retry = async () => keep([await api.request("POST", `${path}/retry`)]);
  const cancel = async () => keep([await api.request("POST", `${path}/cancel`)]);
  const remove = async () => {
    await api.request("DELETE", path);
    go("/campaigns");
    keep([{ ...campaign, state: "deleted" }]);
  };
  return (
    <>
      {plain.map((one) => <button key={one} type="button" onClick={() => void act(one)}>{t(`campaigns.actions.${one}`)}</button>)}
      {can.includes("retry") && <AskFirst harmless label={t("campaigns.actions.retry")} title={t("campaigns.retry_title")} text={t("campaigns.retry_text", { n: campaign.counts.failed })} confirm={t("campaigns.actions.retry")} act={retry} />}
      {campaign.state === "ready" && <button type="button" onClick={() => setTesting(true)}>{t("campaigns.test")}</button>}
      <button type="button" onClick={() => void copy()}>{t("campaigns.copy")}</button>
      {can.includes("cancel") && <AskFirst label={t("campaigns.actions.cancel")} title={t("campaigns.actions.cancel")} text={t("campaigns.cancel_text")} confirm={t("campaigns.actions.cancel")} act={cancel} />}
      {can.includes("delete") && <AskFirst label={t("campaigns.actions.delete")} title={t("campaigns.actions.delete")} text={t("campaigns.delete_text")} confirm={t("campaigns.actions.delete")} act={remove} />}
      {testing && <Test campaign={campaign} onClose={() => setTesting(false)} />}
    </>
  );
}

function Test({ campaign, onClose }: { campaign: Campaign; onClose: () => void }) {
  const { api } = here();
  const [to, setTo] = useState("");
  const [variant, setVariant] = useState("a");
  const send = async () => {
    await api.request("POST", `/campaigns/${campaign.id}/test`, { body: { to, variant } });
    notify(t("campaigns.test_sent", { to }), "done");
  };
  return (
    <Dialog title={t("campaigns.test")} onClose={onClose}>
      <Form send={send} done={onClose} submit={t("campaigns.test_send")} onCancel={onClose}>
        <TextField label={t("campaigns.test_to")} hint={t("campaigns.test_hint")} pointer="/to" type="tel" value={to} onChange={setTo} />
        {campaign.variant && <SelectField label={t("campaigns.variant")} value={variant} choices={["a", "b"].map((value) => ({ value, text: value.toUpperCase() }))} onChange={setVariant} />}
      </Form>
    </Dialog>
  );
}
