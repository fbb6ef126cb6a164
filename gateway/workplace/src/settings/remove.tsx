// Removing something, after a question; what is in use may have to say where that goes.

import { useState } from "preact/hooks";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Form, SelectField, type Choice } from "../ui/form.tsx";

export function Remove({ name, path, choices, label = t("settings.remove"), text, onDone }: {
  name: string;
  path: string;
  choices?: readonly Choice[] | undefined;
  label?: string;
  text?: string;
  onDone: () => Promise<void>;
}) {
  const { api } = here();
  const [open, setOpen] = useState(false);
  const [target, setTarget] = useState("");
  const send = async () => {
    await api.request("DELETE", path, { query: { move_to: target } });
  };
  return (
    <div>
      <button type="button" class="danger" onClick={() => setOpen(true)}>{label}</button>
      {open && (
        <Dialog title={t("settings.remove_one", { name })} onClose={() => setOpen(false)}>
          <Form send={send} done={() => void onDone()} submit={label} onCancel={() => setOpen(false)}>
            <p>{text ?? t("settings.remove_text")}</p>
            {choices && choices.length > 0 && (
              <SelectField
                label={t("settings.move_to")} hint={t("settings.move_hint")} value={target} onChange={setTarget}
                choices={[{ value: "", text: t("settings.nowhere") }, ...choices]}
              />
            )}
          </Form>
        </Dialog>
      )}
    </div>
  );
}
