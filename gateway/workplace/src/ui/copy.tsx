// A text to take along: shown as it is, with a button that copies it.

import { useState } from "preact/hooks";
import { t } from "../core/words.ts";
import { Icon } from "./icon.tsx";

interface Given {
  text: string;
  label?: string | undefined;
}

export function Copy({ text, label }: Given) {
  return (
    <div class="copy">
      {label && <span class="small soft">{label}</span>}
      <code tabIndex={0}>{text}</code>
      <CopyButton text={text} label={label} />
    </div>
  );
}

/** The button alone, beside a text that is shown another way. */
export function CopyButton({ text, label }: Given) {
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
    <button type="button" onClick={copy} aria-label={label ? `${t("ui.copy")}: ${label}` : t("ui.copy")}>
      <Icon name={copied ? "tick" : "copy"} /> <span aria-live="polite">{copied ? t("ui.copied") : t("ui.copy")}</span>
    </button>
  );
}
