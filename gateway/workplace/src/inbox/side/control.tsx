// Who answers in a chat that several agents share; taking it, passing it on, giving it back.

import { useState } from "preact/hooks";
import { here } from "../../core/session.ts";
import { fullTime } from "../../core/time.js";
import { t } from "../../core/words.ts";
import { lazy } from "../../ui/lazy.tsx";
import { releaseChat, takeChat } from "../control.ts";
import { mayHandle } from "../may.ts";
import type { Conversation } from "../types.ts";

const PassBox = lazy(() => import("./pass_box.tsx"));

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
