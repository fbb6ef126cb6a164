// Who answers in a chat that several agents share; taking it, passing it on, giving it back.

import { useState } from "preact/hooks";
import { here } from "../../core/session.ts";
import { putConversation } from "../../core/store.js";
import { fullTime } from "../../core/time.js";
import { t } from "../../core/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Form, SelectField, TextField } from "../../ui/form.tsx";
import { passChat, releaseChat, takeChat } from "../control.ts";
import { mayHandle } from "../may.ts";
import type { Conversation } from "../types.ts";

const ROLES = ["ai_agent", "ctwa", "customer_service", "escalation", "marketing", "utility"] as const;

/** Nothing where no other agent was ever seen in the chat. */
export function Control({ conversation }: { conversation: Conversation }) {
  const { me } = here();
  const [passing, setPassing] = useState(false);
  const { control } = conversation;
  if (!control) return null;
  return (
    <section class="side-part" id="control" aria-label={t("side.control.title")}>
      <h3>{t("side.control.title")}</h3>
      <p>{t(control.ours ? "side.control.ours" : "side.control.theirs", { time: fullTime(control.since) })}</p>
      {mayHandle(conversation, me) && (
        <div class="side-actions">
          {control.ours
            ? <button type="button" data-action="release" title={t("side.control.released")} onClick={() => void releaseChat(conversation)}>{t("side.control.release")}</button>
            : <button type="button" data-action="take" onClick={() => void takeChat(conversation)}>{t("side.control.take")}</button>}
          {control.ours && <button type="button" data-action="pass" onClick={() => setPassing(true)}>{t("side.control.pass")}</button>}
        </div>
      )}
      {passing && <PassBox conversation={conversation} onClose={() => setPassing(false)} />}
    </section>
  );
}

function PassBox({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
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
