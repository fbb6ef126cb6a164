// The automatic texts of a queue, one language at a time, each with how it reads.

import { useId, useState } from "preact/hooks";
import { language as shownIn, t } from "../core/words.ts";
import { TextArea } from "../ui/form.tsx";
import { previewOf } from "./text_preview.ts";

type Texts = Record<string, Record<string, string>>;

const OCCASIONS = ["greeting", "returning", "waiting", "nobody_available", "out_of_hours", "overflow", "assigned", "transferred", "no_answer", "closing_soon", "closed", "rating", "rated"] as const;
const VARIABLES = ["contact.name", "queue.name", "queue.position", "queue.expected_wait", "operator.name", "workspace.name", "channel.name"] as const;

const samples = () => Object.fromEntries(VARIABLES.map((one) => [one, t(`settings.texts.samples.${one.replace(".", "_")}` as "settings.texts.samples.contact_name")]));

export function QueueTexts({ texts, language, onChange }: { texts: Texts; language: string; onChange: (texts: Texts) => void }) {
  const id = useId();
  const [shown, setShown] = useState(language);
  const languages = [...new Set([language, "en", "ru", ...Object.values(texts).flatMap((one) => Object.keys(one))])];
  const names = new Intl.DisplayNames([shownIn.value], { type: "language" });
  const put = (occasion: string, text: string) => {
    const { [shown]: _, ...others } = texts[occasion] ?? {};
    const now = text ? { ...others, [shown]: text } : others;
    const { [occasion]: __, ...rest } = texts;
    onChange(Object.keys(now).length ? { ...rest, [occasion]: now } : rest);
  };
  return (
    <div class="texts-of-queue">
      <div class="field">
        <label for={id}>{t("settings.texts.language")}</label>
        <select id={id} value={shown} onChange={(event) => setShown(event.currentTarget.value)}>
          {languages.map((one) => <option key={one} value={one}>{names.of(one)}</option>)}
        </select>
        <p class="soft small">{t("settings.texts.language_hint")}</p>
        <p class="soft small">{t("settings.texts.variables")} {VARIABLES.map((one) => <code key={one}>{`{{ ${one} }} `}</code>)}</p>
      </div>
      {OCCASIONS.map((occasion) => {
        const text = texts[occasion]?.[shown] ?? "";
        return (
          <div key={`${occasion}-${shown}`} class="text-of-queue">
            <TextArea
              label={t(`settings.texts.occasions.${occasion}`)} hint={t(`settings.texts.when.${occasion}`)} pointer={`/texts/${occasion}/${shown}`} rows={2}
              value={text} onChange={(next) => put(occasion, next)}
            />
            {text.includes("{") && <p class="bubble out-bubble" dir="auto"><span class="sr">{t("settings.texts.preview")}: </span>{previewOf(text, samples())}</p>}
          </div>
        );
      })}
    </div>
  );
}
