// A template as the customer's messenger shows it.

import { t } from "../core/words.ts";
import type { Preview } from "./template_types.ts";

export function TemplatePreview({ preview }: { preview: Preview }) {
  return (
    <div class="template-preview">
      <Bubble preview={preview} />
      {preview.cards?.map((card, n) => <Bubble key={n} preview={card} card />)}
    </div>
  );
}

function Bubble({ preview: { header, offer, body, footer, buttons }, card = false }: { preview: Preview; card?: boolean }) {
  return (
    <>
      <div class={card ? "bubble preview-card" : "bubble"}>
        {header && <p class="preview-header" dir="auto">{header.text ?? `[${header.format}]`}</p>}
        {offer && <p dir="auto">{offer}</p>}
        {body && <p class="words" dir="auto">{body}</p>}
        {footer && <p class="soft small" dir="auto">{footer}</p>}
      </div>
      {buttons && buttons.length > 0 && <ul class="chips">{buttons.map((one, n) => <li key={n} dir="auto">{one.text || one.code || t("offer.copy_code")}</li>)}</ul>}
    </>
  );
}
