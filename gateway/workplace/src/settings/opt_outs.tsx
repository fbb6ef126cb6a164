// Numbers that get no marketing messages: many put on the list at once, and taken off it. The list itself can't be shown.

import { useState } from "preact/hooks";
import { fromServer } from "../core/say.ts";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { Form, TextArea, TextField } from "../ui/form.tsx";
import { Page, Section, Table } from "../ui/page.tsx";
import { inParts, numberAt, numbersOf } from "./opt_out_numbers.ts";

interface Refused {
  number: string;
  why: string;
}

interface Result {
  taken: number;
  refused: Refused[];
}

interface Answer {
  taken: number;
  errors: { pointer: string; message: string }[];
}

export default function OptOuts() {
  return (
    <Page title={t("settings.opt_outs.title")} hint={t("settings.opt_outs.hint")}>
      <Section title={t("settings.opt_outs.add")} hint={t("settings.opt_outs.add_hint")}><Numbers path="/opt-outs" submit={t("settings.opt_outs.add")} /></Section>
      <Section title={t("settings.opt_outs.remove")} hint={t("settings.opt_outs.remove_hint")}><Numbers path="/opt-outs/remove" submit={t("settings.opt_outs.remove")} withReason /></Section>
    </Page>
  );
}

/** What could not be read stays in the field, to be mended. */
function Numbers({ path, submit, withReason = false }: { path: string; submit: string; withReason?: boolean }) {
  const { api } = here();
  const [text, setText] = useState("");
  const [reason, setReason] = useState("");
  const [result, setResult] = useState<Result | null>(null);
  const send = async () => {
    setResult(null);
    const numbers = numbersOf(text);
    if (!numbers.length) throw new Error(t("settings.opt_outs.none"));
    let done: Result = { taken: 0, refused: [] };
    for (const phones of inParts(numbers)) {
      const { taken, errors }: Answer = await api.request("POST", path, { body: { phones, ...(withReason && { reason }) } });
      done = { taken: done.taken + taken, refused: [...done.refused, ...errors.map((one) => ({ number: numberAt(one.pointer, phones), why: fromServer(one.message) }))] };
    }
    setResult(done);
    setText(done.refused.map((one) => one.number).join("\n"));
  };
  return (
    <>
      <Form send={send} submit={submit} changed={text !== "" && !result}>
        <TextArea label={t("settings.opt_outs.numbers")} hint={t("settings.opt_outs.numbers_hint")} pointer="/phones" rows={6} value={text} onChange={setText} />
        {withReason && <TextField label={t("settings.opt_outs.reason")} hint={t("settings.opt_outs.reason_hint")} pointer="/reason" value={reason} onChange={setReason} />}
      </Form>
      <div role="status">
        {result && <p>{t("settings.opt_outs.taken", { n: result.taken })} {result.refused.length > 0 && t("settings.opt_outs.refused", { n: result.refused.length })}</p>}
      </div>
      {result && result.refused.length > 0 && (
        <Table
          label={t("settings.opt_outs.not_read")} rows={result.refused} keyOf={(one) => one.number}
          columns={[{ title: t("settings.opt_outs.number"), cell: (one) => one.number }, { title: t("settings.opt_outs.why"), cell: (one) => one.why }]}
        />
      )}
    </>
  );
}
