// A text to take along: shown as it is, with a button that copies it.

import { useState } from "preact/hooks";
import { t } from "../core/words.ts";
import { Icon } from "./icon.tsx";

export function Copy({ text, label }: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // Without https there is no clipboard: the text is there to be selected.
    }
  };
  return (
    <div class="copy">
      {label && <span class="small soft">{label}</span>}
      <code tabIndex={0}>{text}</code>
      <button type="button" onClick={copy} aria-label={label ? `${t("ui.copy")}: ${label}` : t("ui.copy")}>
        <Icon name={copied ? "tick" : "copy"} /> <span aria-live="polite">{copied ? t("ui.copied") : t("ui.copy")}</span>
      </button>
    </div>
  );
}
