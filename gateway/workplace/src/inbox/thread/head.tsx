// The head of the thread: who it is, where they write, and what may be done.

import { useState } from "preact/hooks";
import { avatar } from "../../core/dom.js";
import { here } from "../../core/session.ts";
import { displayName, displayNumber } from "../../core/store.js";
import { named, t } from "../../core/words.ts";
import { useStore } from "../../frame/use_store.ts";
import { Icon } from "../../ui/icon.tsx";
import { lazy } from "../../ui/lazy.tsx";
import { detailsOpen } from "../panes.ts";
import type { Conversation } from "../types.ts";
import { threadActions } from "./actions.ts";
import { actionsFor } from "./head_actions.ts";

const GoTo = lazy(() => import("./go_to.tsx"));

export function Head({ conversation }: { conversation: Conversation }) {
  const { me } = here();
  const name: string = displayName(conversation);
  const picture = avatar(name, conversation.contact.id);
  return (
    <header class="thread-head">
      <button id="back" type="button" class="quiet" aria-label={t("thread.back")} onClick={() => threadActions().back()}><Icon name="back" /></button>
      <span id="head-avatar"><span class={picture.className} aria-hidden="true">{picture.textContent}</span></span>
      <div class="head-names">
        <h2 id="head-name" dir="auto">{name}</h2>
        <Line conversation={conversation} />
      </div>
      <GoToButton contact={conversation.contact.id} />
      <div id="head-actions" class="actions" role="group" aria-label={t("thread.actions")}>
        {actionsFor(conversation, me).map((one) => (
          <button key={one.name} type="button" class={one.main ? "primary" : ""} data-action={one.name} onClick={() => threadActions()[one.name]()}>{t(one.word)}</button>
        ))}
      </div>
      <button
        id="details-toggle" type="button" class="quiet" aria-label={t("thread.details")} aria-expanded={detailsOpen.value} aria-controls="details-pane"
        onClick={() => threadActions().toggleDetails()}
      >
        <Icon name="info" />
      </button>
    </header>
  );
}

function GoToButton({ contact }: { contact: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button id="go-to-date" type="button" class="quiet" aria-label={t("thread.go_to_date")} title={t("thread.go_to_date")} onClick={() => setOpen(true)}><Icon name="calendar" /></button>
      {open && <GoTo contact={contact} onClose={() => setOpen(false)} />}
    </>
  );
}

function Line({ conversation }: { conversation: Conversation }) {
  const types: boolean = useStore((state) => state.typing === conversation.id);
  const where = `${displayNumber(conversation.identity)} · ${conversation.channel.name || named("kinds", conversation.channel.kind)}`;
  const others = conversation.control?.ours === false ? `${t("thread.agent_answers")} · ` : "";
  return <p id="head-line" class="soft small" dir="auto">{types ? t("thread.types") : others + where}</p>;
}
