// Asking before what can't be undone.

import { useState } from "preact/hooks";
import { t } from "../core/words.ts";
import { Dialog } from "./dialog.tsx";

/** A button that asks first; `act` may fail, which is said in the box. It is red unless what it does is `harmless`. */
export function AskFirst({ label, title, text, confirm, act, harmless = false }: { label: string; title: string; text: string; confirm: string; act: () => Promise<void>; harmless?: boolean }) {
  const [open, setOpen] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function confirmed() {
    setBusy(true);
    setFault(null);
    try {
      await act();
      setOpen(false);
    } catch (problem) {
      setFault((problem as Error).message);
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <button type="button" class={harmless ? "" : "danger"} onClick={() => setOpen(true)}>{label}</button>
      {open && (
        <Dialog title={title} onClose={() => setOpen(false)}>
          <p>{text}</p>
          {fault && <p class="fault" role="alert">{fault}</p>}
          <div class="form-actions">
            <button type="button" class={harmless ? "primary" : "primary danger"} disabled={busy} onClick={confirmed}>{confirm}</button>
            <button type="button" onClick={() => setOpen(false)}>{t("ui.cancel")}</button>
          </div>
        </Dialog>
      )}
    </>
  );
}
