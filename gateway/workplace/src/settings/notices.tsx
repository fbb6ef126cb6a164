// What tells somebody while they look elsewhere, on this device: sounds, and notices of the browser while the page is closed.

import { useState } from "preact/hooks";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { chooseSounds, notices as allowed, sounds } from "../frame/alerts.ts";
import { notify } from "../frame/notices.js";
import { useLoaded } from "../frame/use_loaded.ts";
import { canPush, KINDS, NotAllowedError, readPush, turnOff, turnOn, type Kind, type PushState } from "../push/push.ts";
import { CheckField, ChecksField, Form } from "../ui/form.tsx";
import { Page, Section, Show } from "../ui/page.tsx";

export default function Notices() {
  return (
    <Page title={t("settings.notices.title")} hint={t("settings.notices.hint")}>
      <Section title={t("settings.notices.open")} hint={t("settings.notices.open_hint")}>
        <div class="form">
          <CheckField label={t("alerts.sounds")} checked={sounds.value} onChange={chooseSounds} />
        </div>
      </Section>
      <Section title={t("settings.notices.closed")} hint={t("settings.notices.closed_hint")}>
        {canPush() ? <Closed /> : <p>{t(isSecureContext ? "settings.notices.unsupported" : "settings.notices.insecure")}</p>}
      </Section>
    </Page>
  );
}

function Closed() {
  const { api } = here();
  const loaded = useLoaded<PushState>(() => readPush(api), []);
  return <Show loaded={loaded}>{(state) => <Choices state={state} />}</Show>;
}

function Choices({ state: first }: { state: PushState }) {
  const { api, me } = here();
  const [state, setState] = useState(first);
  const [kinds, setKinds] = useState<Kind[]>(first.kinds);
  const on = state.since !== null;
  const send = async () => {
    try {
      setState(await turnOn(api, me.id, kinds));
    } catch (problem) {
      if (problem instanceof NotAllowedError) throw new Error(t("alerts.denied"), { cause: problem });
      if (problem instanceof DOMException) throw new Error(t("settings.notices.no_service", { why: problem.message }), { cause: problem });
      throw problem;
    } finally {
      allowed.value = Notification.permission;
    }
    notify(t("settings.notices.is_on"), "done");
  };
  const end = async () => {
    await turnOff(api);
    setState({ ...state, since: null });
  };
  const test = async () => {
    await api.request("POST", "/me/push/test");
    notify(t("settings.notices.test_sent"), "done");
  };
  const attempt = (work: () => Promise<void>) => void work().catch((problem: Error) => notify(problem.message));
  return (
    <>
      <p role="status">{t(on ? "settings.notices.is_on" : "settings.notices.is_off")}</p>
      {allowed.value === "denied" && <p class="fault">{t("alerts.denied")}</p>}
      <Form send={send} submit={t(on ? "ui.save" : "settings.notices.turn_on")} changed={on && kinds.join() !== state.kinds.join()}>
        <ChecksField
          label={t("settings.notices.of")} chosen={kinds}
          onChange={(chosen) => setKinds(KINDS.filter((kind) => chosen.includes(kind)))}
          choices={KINDS.map((value) => ({ value, text: t(`settings.notices.kinds.${value}`) }))}
        />
      </Form>
      {on && (
        <div class="form-actions">
          <button type="button" onClick={() => attempt(test)}>{t("settings.notices.test")}</button>
          <button type="button" onClick={() => attempt(end)}>{t("settings.notices.turn_off")}</button>
        </div>
      )}
    </>
  );
}
