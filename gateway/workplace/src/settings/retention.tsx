// How long what came over a channel is kept; what a change would delete is shown before it is stored.

import { useState } from "preact/hooks";
import { fullTime } from "../core/time.js";
import { here } from "../core/session.ts";
import { language, t } from "../core/words.ts";
import { Form } from "../ui/form.tsx";
import { Section } from "../ui/page.tsx";
import type { Channel } from "./channel_kinds.ts";
import { Fields } from "./fields.tsx";
import { patchOf, type Draft } from "./draft.ts";

const PARTS = ["messages", "files", "raw", "dead_letters"] as const;
type Part = (typeof PARTS)[number];

interface Doomed {
  count: number;
  conversations: number | null;
  more: boolean;
  oldest: string | null;
}

const NEVER = "never";

/** In the form an empty field is "never". */
const shown = (retention: Draft): Draft => Object.fromEntries(PARTS.map((one) => [`${one}_days`, retention[`${one}_days`] === NEVER ? null : retention[`${one}_days`]]));
const sent = (draft: Draft): Draft => Object.fromEntries(Object.entries(draft).map(([name, days]) => [name, days ?? NEVER]));

export function RetentionForm({ channel, reload }: { channel: Channel; reload: () => Promise<void> }) {
  const { api } = here();
  const [before, setBefore] = useState(() => shown((channel as unknown as { retention: Draft }).retention));
  const [draft, setDraft] = useState(before);
  const [preview, setPreview] = useState<Record<Part, Doomed> | null>(null);
  const changed = patchOf(before, draft) !== null;
  const set = (next: Draft) => {
    setDraft(next);
    setPreview(null);
  };
  const send = async () => {
    if (!preview) {
      setPreview(await api.request("POST", `/channels/${channel.id}/retention/preview`, { body: sent(draft) }));
      return;
    }
    await api.request("PATCH", `/channels/${channel.id}`, { body: { retention: sent(draft) } });
    setBefore(draft);
    setPreview(null);
    await reload();
  };
  return (
    <Section title={t("settings.retention.title")} hint={t("settings.retention.hint")}>
      <Form send={send} changed={changed} submit={preview ? t("settings.retention.store") : t("settings.retention.preview")}>
        <Fields
          draft={draft} set={set}
          table={PARTS.map((one) => ({ kind: "number", name: `${one}_days`, label: t(`settings.retention.parts.${one}`), hint: t(`settings.retention.hints.${one}`), min: 1 }))}
        />
        {preview && (
          <div role="status" class="preview-box">
            <p>{t("settings.retention.would")}</p>
            <ul class="plain">
              {PARTS.map((one) => (
                <li key={one}>
                  {t(`settings.retention.parts.${one}`)}: {preview[one].more ? t("settings.retention.at_least", { n: preview[one].count }) : preview[one].count}
                  {preview[one].oldest && <span class="soft small"> {t("settings.retention.oldest", { time: fullTime(preview[one].oldest, language.value) })}</span>}
                </li>
              ))}
            </ul>
          </div>
        )}
      </Form>
    </Section>
  );
}
