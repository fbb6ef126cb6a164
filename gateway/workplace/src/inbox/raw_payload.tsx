// A customer's message as the provider sent it. It is read when it is asked for: that stands in the audit log.

import { useEffect, useRef, useState } from "preact/hooks";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { CopyButton } from "../ui/copy.tsx";

export function RawPayload({ id }: { id: string }) {
  const { api } = here();
  const [text, setText] = useState<string | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const shown = useRef<HTMLPreElement>(null);
  useEffect(() => shown.current?.focus(), [text]); // what was pressed is gone
  const read = async () => {
    setBusy(true);
    setFault(null);
    try {
      setText(JSON.stringify(await api.request("GET", `/messages/${id}/raw`), null, 2));
    } catch (problem) {
      setFault((problem as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="raw-place">
      <h3>{t("message.raw")}</h3>
      <p class="soft small">{t("message.raw_hint")}</p>
      {fault && <p class="fault" role="alert">{fault}</p>}
      {text === null
        ? <div class="form-actions"><button type="button" disabled={busy} onClick={() => void read()}>{t("message.raw_show")}</button></div>
        : (
          <>
            <pre ref={shown} class="raw" tabIndex={0} role="region" aria-label={t("message.raw")} dir="ltr">{text}</pre>
            <div class="form-actions"><CopyButton text={text} label={t("message.raw")} /></div>
          </>
        )}
    </div>
  );
}
