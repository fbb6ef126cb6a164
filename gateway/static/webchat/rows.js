/* The rows of the log: what was said, a line where a conversation ended, and what is on its way. */
import { messageRow, noteRow, pendingRow } from "./said.js";

export function rowsOf(chat) {
  const messages = chat.thread.list();
  const pending = chat.outbox.items;
  const rows = messages.length || pending.length ? [] : [noteRow("greeting", chat.greeting)];
  let last = null;
  for (const message of messages) {
    rows.push(messageRow(message, chat, !last || last.from !== message.from || last.name !== message.name));
    last = message;
  }
  if (chat.conversation?.state === "closed" && messages.length) rows.push(noteRow("closed", chat.texts.closed));
  return [...rows, ...pending.map((item) => pendingRow(item, chat))];
}
