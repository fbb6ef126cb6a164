// The same customer's other open conversations: who answers here should know that they also write elsewhere.

import { here } from "../../core/session.ts";
import type { State } from "../../core/store.js";
import { t } from "../../core/words.ts";
import { useStore } from "../../frame/use_store.ts";
import type { Conversation } from "../types.ts";
import { besides } from "./besides.ts";

export function Beside({ conversation }: { conversation: Conversation }) {
  const { store } = here();
  const ids: string = useStore((state: State) => besides(conversation, state.conversations.values()).map((one) => `${one.id} ${one.unread}`).join());
  if (!ids) return null;
  return (
    <p class="beside small">
      {besides(conversation, (store.state as State).conversations.values()).map((one) => (
        <a key={one.id} href={`/conversations/${one.id}`}>
          {t("thread.beside", { channel: one.channel.name })}
          {one.unread > 0 && <span class="badge">{one.unread}</span>}
        </a>
      ))}
    </p>
  );
}
