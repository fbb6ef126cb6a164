// The mail server by which invitations and links for passwords go out.

import { useState } from "preact/hooks";
import { fullTime } from "../core/time.js";
import { here } from "../core/session.ts";
import { language, t } from "../core/words.ts";
import { notify } from "../frame/notices.js";
import { useLoaded } from "../frame/use_loaded.ts";
import { Form } from "../ui/form.tsx";
import { Page, Section, Show } from "../ui/page.tsx";
import { draftOf, patchOf, type Draft } from "./draft.ts";
import { Fields } from "./fields.tsx";
import { Remove } from "./remove.tsx";

const BLANK: Draft = { host: "", port: 587, security: "starttls", username: null, password: null, sender: "", sender_name: "" };

interface State {
  server: (Draft & { last_sent_at: string | null; last_error: string | null; last_error_at: string | null; has_password: boolean }) | null;
}

export default function Mail() {
  const { api } = here();
  const loaded = useLoaded<State>(() => api.request("GET", "/mail-server"), []);
  return (
    <Page title={t("settings.mail.title")} hint={t("settings.mail.hint")}>
      <Show loaded={loaded}>
        {(state) => (
          <>
            <Server key={String(state.server !== null)} state={state} reload={loaded.reload} />
            {state.server && <Outcome state={state} reload={loaded.reload} />}
          </>
        )}
      </Show>
    </Page>
  );
}

function Server({ state, reload }: { state: State; reload: () => Promise<void> }) {
  const { api } = here();
  const [before, setBefore] = useState(() => (state.server ? draftOf(state.server, BLANK) : BLANK));
  const [draft, setDraft] = useState(before);
  const send = async () => {
    const { password, ...others } = draft;
    await api.request("PUT", "/mail-server", { body: password ? draft : others });
    setBefore({ ...draft, password: null });
    setDraft({ ...draft, password: null });
    await reload();
  };
  return (
    <section class="section">
      <Form send={send} changed={patchOf(before, draft) !== null}>
        <Fields
          draft={draft} set={setDraft}
          table={[
            { kind: "text", name: "host", label: t("settings.mail.host"), maxLength: 253, placeholder: "smtp.example.com" },
            { kind: "number", name: "port", label: t("settings.mail.port"), min: 1, max: 65_535 },
            { kind: "select", name: "security", label: t("settings.mail.security"), choices: (["starttls", "tls", "none"] as const).map((value) => ({ value, text: t(`settings.mail.securities.${value}`) })) },
            { kind: "text", name: "username", label: t("settings.mail.username"), optional: true },
            { kind: "password", name: "password", label: t("settings.mail.password"), hint: state.server?.has_password ? t("settings.mail.password_stays") : "", optional: true },
            { kind: "email", name: "sender", label: t("settings.mail.sender") },
            { kind: "text", name: "sender_name", label: t("settings.mail.sender_name"), maxLength: 200 },
          ]}
        />
      </Form>
    </section>
  );
}

function Outcome({ state, reload }: { state: State; reload: () => Promise<void> }) {
  const { api } = here();
  const [fault, setFault] = useState<string | null>(null);
  const server = state.server!;
  const test = async () => {
    setFault(null);
    try {
      await api.request("POST", "/mail-server/test");
      notify(t("settings.mail.asked"), "done");
    } catch (problem) {
      setFault((problem as Error).message);
    }
  };
  return (
    <Section title={t("settings.mail.outcome")}>
      {server.last_error && server.last_error_at && <p class="fault">{fullTime(server.last_error_at, language.value)}: {server.last_error}</p>}
      <p>{server.last_sent_at ? t("settings.mail.sent", { time: fullTime(server.last_sent_at, language.value) }) : t("settings.mail.not_sent")}</p>
      {fault && <p class="fault" role="alert">{fault}</p>}
      <div class="form-actions">
        <button type="button" onClick={test}>{t("settings.mail.test")}</button>
        <button type="button" onClick={() => void reload()}>{t("settings.read_again")}</button>
        <Remove name={t("settings.mail.title")} path="/mail-server" text={t("settings.mail.remove_text")} onDone={reload} />
      </div>
    </Section>
  );
}
