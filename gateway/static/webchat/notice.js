/* The line above the messages: what the visitor waits for. */
export function noticeOf(chat, online) {
  const { texts, line, conversation } = chat;
  if (chat.refused) return texts.refused;
  if (!online) return texts.offline;
  if (!line?.live) return line?.tries > 1 ? texts.offline : texts.connecting;
  if (conversation?.state === "waiting") return chat.away ? texts.away : placeText(chat);
  if (conversation?.state === "active" && conversation.agent) return texts.agent(conversation.agent);
  return chat.away ? texts.away : "";
}

function placeText({ texts, queue }) {
  if (!queue?.position) return texts.waiting;
  const wait = queue.expected_wait_seconds;
  return texts.place(queue.position) + (wait === null || wait === undefined ? "" : `: ${texts.wait(Math.ceil(wait / 60))}`);
}
