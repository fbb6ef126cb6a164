// Passing a chat on to another agent.

import { useState } from "preact/hooks";
import { here } from "../../core/session.ts";
import { putConversation } from "../../core/store.js";
import { t } from "../../core/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Form, SelectField, TextField } from "../../ui/form.tsx";
import { passChat } from "../control.ts";
import type { Conversation } from "../types.ts";

const ROLES = ["ai_agent", "ctwa", "customer_service", "escalation", "marketing", "utility"] as const;

export default function PassBox({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { store } = here();
  const [role, setRole] = useState<string>(ROLES[0]);
  const [note, setNote] = useState("");
  const send = async () => {
    const view = await passChat(conversation, role, note);
    store.set((state: object) => putConversation(state, view));
    onClose();
  };
  return (
    <Dialog title={t("side.control.pass_title")} onClose={onClose}>
      <Form send={send} submit={t("side.control.pass")} onCancel={onClose}>
        <SelectField label={t("side.control.to")} hint={t("side.control.pass_hint")} pointer="/role" value={role} choices={ROLES.map((value) => ({ value, text: t(`side.control.roles.${value}`) }))} onChange={setRole} />
        <TextField label={t("side.control.note")} pointer="/note" maxLength={2000} value={note} onChange={setNote} />
      </Form>
    </Dialog>
  );
}
