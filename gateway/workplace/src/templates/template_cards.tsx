// The cards of a carousel: each a picture or a film, a text and buttons, all with the same parts.

import { t } from "../core/words.ts";
import { SelectField, TextArea, TextField } from "../ui/form.tsx";
import { TemplateButtons, type Button } from "./template_buttons.tsx";
import { variablesIn } from "./template_parts.js";
import { SampleField, type FileFormat } from "./template_sample.tsx";

export interface Card {
  format: FileFormat;
  handle: string;
  body: string;
  buttons: Button[];
  examples: Record<string, string>;
}

const MOST = 10;
const LEAST = 2;
const MOST_BUTTONS = 2;
const FORMATS = ["IMAGE", "VIDEO"] as const;

/** A further card, with the parts of the one before. */
const like = ({ format, buttons }: Card): Card => ({ format, handle: "", body: "", buttons: buttons.map((one) => ({ ...one })), examples: {} });

export const firstCards = (): Card[] => {
  const card: Card = { format: "IMAGE", handle: "", body: "", buttons: [{ type: "QUICK_REPLY", text: "", target: "" }], examples: {} };
  return [card, like(card)];
};

export function TemplateCards({ cards, channelId, change }: {
  cards: Card[];
  channelId: string;
  /** Gets what the cards become of what they are then: a sample is there only when much else has been written. */
  change: (next: (cards: Card[]) => Card[]) => void;
}) {
  const put = (place: number, part: Partial<Card>) => change((all) => all.map((one, n) => (n === place ? { ...one, ...part } : one)));
  const setFormat = (format: string) => change((all) => all.map((one) => ({ ...one, format: format as FileFormat, handle: "" })));
  return (
    <fieldset class="field">
      <legend>{t("templates.cards")}</legend>
      <SelectField label={t("templates.cards_show")} pointer="/cards" value={cards[0]!.format} choices={FORMATS.map((value) => ({ value, text: t(`templates.headers.${value}`) }))} onChange={setFormat} />
      <div class="cards">
        {cards.map((card, n) => (
          <fieldset key={n} class="button-line template-card">
            <legend>{t("templates.card", { n: n + 1 })}</legend>
            <SampleField label={t("templates.sample_of_card", { n: n + 1 })} pointer={`/cards/${n}/header`} channelId={channelId} format={card.format} handle={card.handle} onChange={(handle) => put(n, { handle })} />
            <TextArea label={t("templates.card_text", { n: n + 1 })} pointer={`/cards/${n}/body`} rows={2} value={card.body} onChange={(body) => put(n, { body })} />
            {(variablesIn(card.body) as string[]).map((name) => (
              <TextField
                key={name} label={t("templates.example_card", { name: `{{${name}}}`, n: n + 1 })} value={card.examples[`body ${name}`] ?? ""}
                onChange={(value) => put(n, { examples: { ...card.examples, [`body ${name}`]: value } })}
              />
            ))}
            <TemplateButtons buttons={card.buttons} most={MOST_BUTTONS} below={`/cards/${n}`} onChange={(buttons) => put(n, { buttons })} />
            {cards.length > LEAST && <button type="button" onClick={() => change((all) => all.filter((_, place) => place !== n))}>{t("templates.remove_card", { n: n + 1 })}</button>}
          </fieldset>
        ))}
        {cards.length < MOST && <div><button type="button" onClick={() => change((all) => [...all, like(all.at(-1)!)])}>{t("templates.add_card")}</button></div>}
      </div>
    </fieldset>
  );
}
