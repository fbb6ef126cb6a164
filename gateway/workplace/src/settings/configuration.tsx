// The configuration as a file: out, compared with what is here, and in.

import { useState } from "preact/hooks";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { Form } from "../ui/form.tsx";
import { Page, Section, Table } from "../ui/page.tsx";

interface Change {
  section: string;
  name: string[];
  action: "create" | "update" | "connect_first";
  fields: Record<string, { before: unknown; after: unknown }>;
}

interface Outcome {
  dry_run: boolean;
  changes: Change[];
  unchanged: number;
  only_here: string[];
}

export default function Configuration() {
  return (
    <Page title={t("settings.configuration.title")} hint={t("settings.configuration.hint")}>
      <Export />
      <Import />
    </Page>
  );
}

function Export() {
  const { api } = here();
  const [leftOut, setLeftOut] = useState<string[]>([]);
  const send = async () => {
    const configuration = await api.request("GET", "/workspace/configuration");
    setLeftOut(configuration.left_out ?? []);
    const address = URL.createObjectURL(new Blob([JSON.stringify(configuration, null, 2)], { type: "application/json" }));
    const link = Object.assign(document.createElement("a"), { href: address, download: "configuration.json" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  };
  return (
    <Section title={t("settings.configuration.export")}>
      <Form send={send} submit={t("settings.configuration.download")}>
        {leftOut.length > 0 && (
          <div role="status">
            <p>{t("settings.configuration.left_out")}</p>
            <ul class="plain">{leftOut.map((one) => <li key={one}>{one}</li>)}</ul>
          </div>
        )}
      </Form>
    </Section>
  );
}

function Import() {
  const { api } = here();
  const [body, setBody] = useState<unknown>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const chosen = async (file: File | undefined) => {
    setOutcome(null);
    setBody(null);
    if (!file) return;
    try {
      setBody(JSON.parse(await file.text()));
    } catch {
      setBody("");
    }
  };
  /** A file that was changed since is chosen anew by its old name, too. */
  const forget = (input: HTMLInputElement) => {
    input.value = "";
    void chosen(undefined);
  };
  const compared = outcome?.dry_run === true && outcome.changes.length > 0;
  const send = async () => {
    if (!body) throw new Error(t("settings.configuration.not_json"));
    setOutcome(await api.request("POST", "/workspace/configuration", { body, query: { dry_run: !compared } }));
  };
  return (
    <Section title={t("settings.configuration.import")} hint={t("settings.configuration.import_hint")}>
      <Form send={send} submit={compared ? t("settings.configuration.apply") : t("settings.configuration.compare")}>
        <div class="field">
          <label for="configuration-file">{t("settings.configuration.file")}</label>
          <input id="configuration-file" type="file" accept=".json,application/json" onClick={(event) => forget(event.currentTarget)} onChange={(event) => void chosen(event.currentTarget.files?.[0])} />
        </div>
        {outcome && <Shown outcome={outcome} />}
      </Form>
    </Section>
  );
}

function Shown({ outcome }: { outcome: Outcome }) {
  const { changes, unchanged, only_here: onlyHere, dry_run: isDry } = outcome;
  return (
    <div role="status" class="texts-of-queue">
      <p>{isDry ? changes.length === 0 && t("settings.configuration.nothing") : t("settings.configuration.done")} {t("settings.configuration.unchanged", { n: unchanged })}</p>
      {changes.length > 0 && (
        <Table
          label={t("settings.configuration.import")} rows={changes} keyOf={(one) => JSON.stringify([one.section, one.name, one.action])}
          columns={[
            { title: t("settings.audit.object"), cell: (one) => `${one.section}: ${one.name.join(" › ")}` },
            { title: t("settings.audit.act"), cell: (one) => t(`settings.configuration.actions.${one.action}`) },
            { title: t("settings.audit.what"), cell: (one) => <Differences fields={one.fields} /> },
          ]}
        />
      )}
      {onlyHere.length > 0 && (
        <details>
          <summary>{t("settings.configuration.only_here")}</summary>
          <ul class="plain">{onlyHere.map((one) => <li key={one}>{one}</li>)}</ul>
        </details>
      )}
    </div>
  );
}

function Differences({ fields }: { fields: Change["fields"] }) {
  return (
    <ul class="rows small">
      {Object.entries(fields).map(([name, { before, after }]) => (
        <li key={name}><span class="row-name"><strong>{name}</strong>: <del>{shown(before)}</del> → <ins>{shown(after)}</ins></span></li>
      ))}
    </ul>
  );
}

const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value ?? null));
