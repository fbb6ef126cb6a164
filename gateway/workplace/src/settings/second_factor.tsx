// The second factor of one's own account: turned on by an app's code, with recovery codes that are shown once.

import { useEffect, useState } from "preact/hooks";
import { fullTime } from "../core/time.js";
import { here } from "../core/session.ts";
import { language, t } from "../core/words.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { Copy } from "../ui/copy.tsx";
import { Form, TextField } from "../ui/form.tsx";
import { Section, Show } from "../ui/page.tsx";
import { QrCode } from "../ui/qr.tsx";

interface State {
  enabled: boolean;
  since: string | null;
  recovery_codes_left: number;
}

type Doing = "nothing" | "begin" | "remove" | "renew";

/** `onEnabled`: called when it is on, and recovery codes that were shown are kept. */
export function SecondFactor({ onEnabled }: { onEnabled?: () => void } = {}) {
  const { api } = here();
  const loaded = useLoaded<State>(() => api.request("GET", "/me/second-factor"), []);
  const [doing, setDoing] = useState<Doing>("nothing");
  const [begun, setBegun] = useState<{ secret: string; uri: string } | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const over = async (made: string[] | null = null) => {
    setDoing("nothing");
    setBegun(null);
    setCodes(made);
    await loaded.reload();
  };
  const isOn = loaded.value?.enabled === true && codes === null;
  useEffect(() => {
    if (isOn) onEnabled?.();
  }, [isOn]);
  if (codes) return <Recovery codes={codes} onDone={() => setCodes(null)} />;
  return (
    <Section title={t("settings.factor.title")} hint={t("settings.factor.hint")}>
      <Show loaded={loaded}>
        {({ enabled, since, recovery_codes_left: left }) => (
          <>
            <p>
              <span class={enabled ? "mark good" : "mark"}>{enabled ? t("settings.on") : t("settings.off")}</span>{" "}
              {enabled && since && t("settings.factor.since", { time: fullTime(since, language.value) })} {enabled && t("settings.factor.left", { n: left })}
            </p>
            {doing === "nothing" && !enabled && <div><button type="button" class="primary" onClick={() => setDoing("begin")}>{t("settings.factor.begin")}</button></div>}
            {doing === "nothing" && enabled && (
              <div class="form-actions">
                <button type="button" onClick={() => setDoing("renew")}>{t("settings.factor.renew")}</button>
                <button type="button" class="danger" onClick={() => setDoing("remove")}>{t("settings.factor.remove")}</button>
              </div>
            )}
            {doing === "begin" && !begun && <Ask fields={["password"]} submit={t("settings.factor.next")} onCancel={over} send={async (body) => setBegun(await api.request("POST", "/me/second-factor", { body }))} />}
            {begun && (
              <>
                <p>{t("settings.factor.scan")}</p>
                <QrCode text={begun.uri} label={t("settings.factor.qr")} />
                <Copy label={t("settings.factor.by_hand")} text={begun.secret} />
                <Ask fields={["code"]} submit={t("settings.factor.turn_on")} onCancel={over} send={async (body) => over((await api.request("PUT", "/me/second-factor", { body })).recovery_codes)} />
              </>
            )}
            {doing === "renew" && <Ask fields={["code"]} submit={t("settings.factor.renew")} onCancel={over} send={async (body) => over((await api.request("POST", "/me/second-factor/recovery-codes", { body })).recovery_codes)} />}
            {doing === "remove" && (
              <Ask
                fields={["password", "code"]} submit={t("settings.factor.remove")} onCancel={over}
                send={async (body) => {
                  await api.request("POST", "/me/second-factor/remove", { body });
                  await over();
                }}
              />
            )}
          </>
        )}
      </Show>
    </Section>
  );
}

type Asked = "password" | "code";

function Ask({ fields, submit, send, onCancel }: { fields: readonly Asked[]; submit: string; send: (body: Record<string, string>) => Promise<void>; onCancel: () => void }) {
  const [values, setValues] = useState<Record<string, string>>({});
  return (
    <Form send={() => send(values)} submit={submit} onCancel={() => onCancel()}>
      {fields.map((name) => (
        <TextField
          key={name} label={t(`settings.factor.${name}`)} pointer={`/${name}`} value={values[name] ?? ""} onChange={(value) => setValues({ ...values, [name]: value })}
          {...(name === "password" ? { type: "password" as const, autoComplete: "current-password" } : { autoComplete: "one-time-code", inputMode: "numeric" as const })}
        />
      ))}
    </Form>
  );
}

function Recovery({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  return (
    <Section title={t("settings.factor.codes")} hint={t("settings.factor.codes_hint")}>
      <Copy text={codes.join("\n")} />
      <div><button type="button" class="primary" onClick={onDone}>{t("settings.kept_it")}</button></div>
    </Section>
  );
}
