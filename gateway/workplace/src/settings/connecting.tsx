// The steps of connecting a channel: how far each one is, what to do, and what the gateway does by itself.

import { useEffect, useState } from "preact/hooks";
import { fullTime } from "../core/time.js";
import { fromServer } from "../core/say.ts";
import { here } from "../core/session.ts";
import { isWord, language, named, t } from "../core/words.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { Copy } from "../ui/copy.tsx";
import { Form, TextField } from "../ui/form.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { Section, Show } from "../ui/page.tsx";

interface Step {
  name: string;
  title: string;
  state: "open" | "waiting" | "done" | "failing" | "in_doubt" | "not_needed";
  code: string | null;
  detail: string | null;
  advice: string | null;
  copy: string | null;
  at: string | null;
  act: { once: boolean; fields: string[] } | null;
}

interface Steps {
  kind: string;
  steps: Step[];
  next: string | null;
  done: boolean;
}

/** It is seen without asking the provider. */
const ARRIVES_BY_ITSELF = "first_message";
const AGAIN = 5_000; // milliseconds until it is looked whether the first message has come

const ICONS: Readonly<Record<Step["state"], IconName>> = { open: "forward", waiting: "more", done: "tick", failing: "warning", in_doubt: "warning", not_needed: "tick" };

export function Connecting({ id }: { id: string }) {
  const { api } = here();
  const loaded = useLoaded<Steps>(() => api.request("GET", `/channels/${id}/connecting`), [id], ["channel.", "message.created"]);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const { value, reload, put } = loaded;

  async function check() {
    setBusy(true);
    setFault(null);
    try {
      put(await api.request("POST", `/channels/${id}/connecting/check`));
    } catch (problem) {
      setFault((problem as Error).message);
    } finally {
      setBusy(false);
    }
  }

  const unseen = value !== undefined && value.steps.every((one) => one.name === ARRIVES_BY_ITSELF || one.code === null || one.state === "waiting");
  useEffect(() => {
    if (unseen) void check();
  }, [unseen]);
  useEffect(() => {
    if (!value || value.done) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) void reload();
    }, AGAIN);
    return () => clearInterval(timer);
  }, [value?.done]);

  return (
    <Section title={t("settings.connecting.title")} hint={value?.done ? t("settings.connecting.all_done") : t("settings.connecting.hint")}>
      <Show loaded={loaded}>
        {({ kind, steps, next }) => (
          <ol class="step-list">
            {steps.map((one) => <OneStep key={one.name} channel={id} kind={kind} step={one} next={one.name === next} onDone={put} />)}
          </ol>
        )}
      </Show>
      {fault && <p class="fault" role="alert">{fault}</p>}
      <div class="form-actions">
        <button type="button" disabled={busy} onClick={check}>{busy ? t("settings.connecting.checking") : t("settings.connecting.check")}</button>
      </div>
    </Section>
  );
}

function OneStep({ channel, kind, step, next, onDone }: { channel: string; kind: string; step: Step; next: boolean; onDone: (steps: Steps) => void }) {
  const { api } = here();
  const [values, setValues] = useState<Record<string, string>>({});
  const settled = step.state === "done" || step.state === "not_needed";
  const send = async () => {
    onDone(await api.request("POST", `/channels/${channel}/connecting/steps`, { body: { step: step.name, ...values } }));
    setValues({});
  };
  return (
    <li class="step" data-step={step.name} data-state={step.state} {...(next && { "aria-current": "step" as const })}>
      <span class="step-mark"><Icon name={ICONS[step.state]} /></span>
      <div class="step-text">
        <h4>{titleOf(kind, step)} <span class="small soft">{t(`settings.connecting.states.${step.state}`)}</span></h4>
        {wordsOf(step).map((one) => <p key={one} class="small">{one}</p>)}
        {step.copy && <Copy text={step.copy} />}
        {step.act && !settled && step.state !== "in_doubt" && next && (
          <Form send={send} submit={t("settings.connecting.act")}>
            {step.act.fields.map((name) => (
              <TextField
                key={name} label={named("settings.connecting.fields", name)} pointer={`/${name}`} value={values[name] ?? ""} autoComplete="off" inputMode="numeric"
                onChange={(value) => setValues({ ...values, [name]: value })}
              />
            ))}
          </Form>
        )}
        {step.at && <p class="small soft">{t("settings.connecting.seen_at", { time: fullTime(step.at, language.value) })}</p>}
      </div>
    </li>
  );
}

/** Newer steps and codes than this page knows are shown in the server's words. */
function titleOf(kind: string, step: Step): string {
  const word = `settings.connecting.titles.${kind}_${step.name}`;
  return isWord(word) ? t(word) : step.title;
}

/** What was found and what to do; what is only open or waited for is said by the advice alone where this page has its own. */
function wordsOf(step: Step): string[] {
  const word = `settings.connecting.codes.${step.code}`;
  const detail = step.detail && fromServer(step.detail);
  if (!isWord(word)) return [detail, step.advice && fromServer(step.advice)].filter((one): one is string => Boolean(one));
  const isPlain = step.state === "open" || step.state === "waiting";
  return [isPlain ? null : detail, t(word)].filter((one): one is string => Boolean(one));
}
