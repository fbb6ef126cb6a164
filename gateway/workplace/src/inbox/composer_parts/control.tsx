// That another agent answers in the chat, above the composer, with the way to take it.

import { useState } from "preact/hooks";
import { here, session } from "../../core/session.ts";
import { t } from "../../core/words.ts";
import { useStore } from "../../frame/use_store.ts";
import { takeChat } from "../control.ts";
import { mayHandle } from "../may.ts";
import type { Conversation } from "../types.ts";

export function ControlBar() {
  return session.value ? <OfSelected /> : null;
}

function OfSelected() {
  const { me } = here();
  const [busy, setBusy] = useState(false);
  const one: Conversation | undefined = useStore((state) => state.conversations.get(state.selected));
  if (one?.control?.ours !== false || !mayTake(one, me.id) || !mayHandle(one, me)) return null;
  const take = async () => {
    setBusy(true);
    await takeChat(one).finally(() => setBusy(false));
  };
  return (
    <div class="take-chat">
      {one.operator_id === null && <p class="small">{t("composer.agent_answers")}</p>}
      <button type="button" id="take-chat" class="primary" disabled={busy} onClick={() => void take()}>{t("side.control.take")}</button>
    </div>
  );
}

/** What a colleague has is taken over first. */
const mayTake = (one: Conversation, me: string): boolean => one.operator_id === null || one.operator_id === me;
