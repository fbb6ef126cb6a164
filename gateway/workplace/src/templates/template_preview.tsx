// A template as the customer's messenger shows it.

import { t } from "../core/words.ts";
import type { Preview } from "./template_types.ts";

/** `pictures`: of the header, then of each card, where the page has them. */
export function TemplatePreview({ preview, pictures = [] }: { preview: Preview; pictures?: readonly (string | undefined)[] }) {
  return (
    <div class="template-preview">
      <Bubble preview={preview} picture={pictures[0]} />
      {preview.cards && <div class="preview-cards">{preview.cards.map((card, n) => <div key={n}><Bubble preview={card} picture={pictures[n + 1]} card /></div>)}</div>}
    </div>
  );
}

function Bubble({ preview: { header, offer, body, footer, buttons }, picture, card = false }: { preview: Preview; picture: string | undefined; card?: boolean }) {
  return (
    <>
      <div class={card ? "bubble preview-card" : "bubble"}>
        {header && picture && <img class="preview-picture" src={picture} alt={t("templates.sample")} />}
        {header && !picture && <p class="preview-header" dir="auto">{header.text ?? `[${header.format}]`}</p>}
        {offer && <p dir="auto">{offer}</p>}
        {body && <p class="words" dir="auto">{body}</p>}
        {footer && <p class="soft small" dir="auto">{footer}</p>}
      </div>
      {buttons && buttons.length > 0 && <ul class="chips">{buttons.map((one, n) => <li key={n} dir="auto">{one.text || one.code || t("offer.copy_code")}</li>)}</ul>}
    </>
  );
}
