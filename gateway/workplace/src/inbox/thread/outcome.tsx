// What became of a message, below it: why it failed, what is not certain, what it waits for, and what can be done.

import { fullTime } from "../../core/time.js";
import { fromServer } from "../../core/say.ts";
import { t } from "../../core/words.ts";
import { Icon } from "../../ui/icon.tsx";
import { useAround } from "./around.ts";
import { ContentOf } from "./content.tsx";
import type { Message, Pending } from "./types.ts";

interface Given {
  message: Message;
  retried: boolean;
  mayWrite: boolean;
}

export function Outcome(given: Given) {
  const { message } = given;
  if (message.status === "held") {
    return <Waiting {...given} words={message.held_until ? t("message.held_until", { time: fullTime(message.held_until) }) : t("message.held")} />;
  }
  if (message.status === "scheduled") return <Waiting {...given} words={t("message.sent_at", { time: fullTime(message.send_at!) })} />;
  if (message.status === "failed" || message.status === "unknown") return <Failure {...given} />;
  return null;
}

function Failure({ message, retried, mayWrite }: Given) {
  const { does } = useAround();
  const { error } = message;
  const uncertain = message.status === "unknown";
  return (
    <div class={`outcome ${message.status}`}>
      <p>{error ? fromServer(error.explanation) : (uncertain ? t("message.may_have") : t("message.not_sent"))}</p>
      {error?.provider_code && <p class="small soft">{t("message.provider_code", { code: error.provider_code })}</p>}
      {retried && <p class="small soft">{t("message.sent_again")}</p>}
      {!retried && (uncertain || error?.retryable) && mayWrite && <button type="button" data-action="retry" onClick={() => does.retry(message)}>{uncertain ? t("message.send_again") : t("message.retry")}</button>}
    </div>
  );
}

/** It waits for the customer's answer to a template, or for its time. */
function Waiting({ message, mayWrite, words }: Given & { words: string }) {
  const { does } = useAround();
  return (
    <div class="outcome unknown">
      <p>{words}</p>
      {mayWrite && (
        <p class="buttons">
          {message.status === "scheduled" && <button type="button" data-action="reschedule" onClick={() => does.reschedule(message)}>{t("ui.change")}</button>}
          <button type="button" data-action="withdraw" onClick={() => does.withdraw(message)}>{t("message.withdraw")}</button>
        </p>
      )}
    </div>
  );
}

/** A message that the server has not accepted yet, or has refused. */
export function PendingItem({ item }: { item: Pending }) {
  const { does } = useAround();
  const refused = item.state === "refused";
  const meaning = refused ? t("message.refused") : t("message.on_its_way");
  return (
    <li class="out pending" data-key={item.key} data-status={refused ? "refused" : "pending"}>
      <div class="line">
        <div class="bubble">
          <ContentOf content={item.content} />
          <p class="foot">
            <span class={`status status-${refused ? "failed" : "queued"}`} title={meaning}><Icon name={refused ? "failed" : "clock"} label={meaning} /></span>
          </p>
        </div>
      </div>
      {item.detail && (
        <div class={`outcome ${refused ? "failed" : "unknown"}`} role={refused ? "alert" : undefined}>
          <p>{item.detail}</p>
          {refused && (
            <p class="buttons">
              <button type="button" onClick={() => does.edit(item)}>{t("ui.change")}</button>
              <button type="button" onClick={() => does.discard(item)}>{t("message.discard")}</button>
            </p>
          )}
        </div>
      )}
    </li>
  );
}
