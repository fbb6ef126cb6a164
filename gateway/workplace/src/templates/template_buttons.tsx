// The buttons below a template: answers, links, phone numbers; those of other kinds are kept as they are.

import { t } from "../core/words.ts";
import { SelectField, TextField } from "../ui/form.tsx";
import { BUTTON_KINDS } from "./template_parts.js";

export interface Button {
  type: string;
  text: string;
  target: string;
  /** A button that there are no fields for, as Meta has it. */
  kept?: object;
}

const MOST = 10;
type Kind = "QUICK_REPLY" | "URL" | "PHONE_NUMBER";

export function TemplateButtons({ buttons, onChange, most = MOST, below = "" }: {
  buttons: Button[];
  onChange: (buttons: Button[]) => void;
  most?: number;
  /** Where the server's faults name them, as `/cards/0`. */
  below?: string;
}) {
  const put = (place: number, change: Partial<Button>) => onChange(buttons.map((one, n) => (n === place ? { ...one, ...change } : one)));
  return (
    <fieldset class="field">
      <legend>{t("templates.buttons")}</legend>
      <div class="cards">
        {buttons.map((one, n) => (
          <div key={n} class="button-line">
            {one.kept ? <p>{one.text || one.type} <span class="soft small">{one.type}</span></p> : (
              <>
                <SelectField label={t("templates.button", { n: n + 1 })} pointer={`${below}/buttons/${n}`} value={one.type} choices={(BUTTON_KINDS as Kind[]).map((value) => ({ value, text: t(`templates.button_kinds.${value}`) }))} onChange={(type) => put(n, { type, target: "" })} />
                <TextField label={t("templates.button_text", { n: n + 1 })} value={one.text} onChange={(text) => put(n, { text })} />
                {one.type !== "QUICK_REPLY" && <TextField label={t(one.type === "URL" ? "templates.button_url" : "templates.button_phone", { n: n + 1 })} value={one.target} onChange={(target) => put(n, { target })} />}
              </>
            )}
            <button type="button" onClick={() => onChange(buttons.filter((_, place) => place !== n))}>{t("templates.remove_button", { n: n + 1 })}</button>
          </div>
        ))}
        {buttons.length < most && <div><button type="button" onClick={() => onChange([...buttons, { type: "QUICK_REPLY", text: "", target: "" }])}>{t("templates.add_button")}</button></div>}
      </div>
    </fieldset>
  );
}
