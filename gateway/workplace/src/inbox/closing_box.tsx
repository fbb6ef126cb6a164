// What has to be filled in before a conversation is closed.

import { useState } from "preact/hooks";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { useStore } from "../frame/use_store.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Form, TextArea } from "../ui/form.tsx";
import { asked, close } from "./closing.ts";
import { ConversationTags, ConversationTopics } from "./side/labels.tsx";
import type { Conversation } from "./types.ts";

export default function ClosingBox({ id, missing }: { id: string; missing: string[] }) {
  const { api } = here();
  const conversation: Conversation | undefined = useStore((state) => state.conversations.get(id));
  const [note, setNote] = useState("");
  const done = () => {
    asked.value = null;
  };
  const send = async () => {
    if (note.trim()) await api.request("PUT", `/conversations/${id}/note`, { body: { text: note.trim() } });
    await close(id);
    done();
  };
  if (!conversation) return null;
  return (
    <Dialog title={t("closing.title")} onClose={done}>
      <p>{t("closing.asked")}</p>
      {missing.includes("/topics") && <ConversationTopics conversation={conversation} may />}
      {missing.includes("/tags") && <ConversationTags conversation={conversation} may />}
      <Form send={send} submit={t("actions.close")} onCancel={done}>
        {missing.includes("/note") && <TextArea label={t("side.your_note")} hint={t("side.note_hint")} pointer="/note" value={note} onChange={setNote} />}
      </Form>
    </Dialog>
  );
}
