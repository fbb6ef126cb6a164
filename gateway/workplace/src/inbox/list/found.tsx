// What a search over everything finds: messages, contacts, and conversations, open and closed.

import { useEffect, useRef } from "preact/hooks";
import { serverNow } from "../../core/clock.js";
import { displayName } from "../../core/store.js";
import { fullTime, shortAge } from "../../core/time.js";
import { t } from "../../core/words.ts";
import { Pages, usePages } from "../../ui/pages_of.tsx";
import { kindName } from "../kind_name.ts";
import { lastWords } from "../last_words.ts";
import type { Contact, Conversation } from "../types.ts";
import { openFound } from "./finding.ts";
import { marksOf, pieces } from "./highlight.ts";

interface Hit {
  message?: { id: string; conversation_id: string; created_at: string; direction: "in" | "out" };
  excerpt?: { text: string; marks: [number, number][] };
  conversation?: Conversation;
  contact?: Contact;
}

export default function Found({ wanted, onClose }: { wanted: string; onClose: () => void }) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.focus(), []);
  return (
    <section
      id="found" class="list-panel found" aria-label={t("list.found", { q: wanted })} tabIndex={-1} ref={panel}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <div class="found-head"><h2 dir="auto">{t("list.found", { q: wanted })}</h2><button type="button" onClick={onClose}>{t("list.back_to_list")}</button></div>
      <Kind wanted={wanted} kind="messages" />
      <Kind wanted={wanted} kind="contacts" />
      <Kind wanted={wanted} kind="conversations" />
    </section>
  );
}

function Kind({ wanted, kind }: { wanted: string; kind: "messages" | "contacts" | "conversations" }) {
  const pages = usePages<Hit>("/search", { q: wanted, kind });
  const Row = { messages: MessageHit, contacts: ContactHit, conversations: ConversationHit }[kind];
  return (
    <div role="group" aria-label={t(`list.found_kinds.${kind}`)} data-kind={kind}>
      <h3>{t(`list.found_kinds.${kind}`)}</h3>
      <Pages pages={pages}>
        {(items) => items.length ? <ul>{items.map((one) => <li key={one.message?.id ?? one.contact?.id ?? one.conversation?.id}><Row hit={one} wanted={wanted} /></li>)}</ul> : <p class="soft small">{t("list.nothing")}</p>}
      </Pages>
    </div>
  );
}

function MessageHit({ hit: { message, excerpt, conversation } }: { hit: Hit; wanted: string }) {
  if (!message || !conversation) return null;
  return (
    <button type="button" class="hit" onClick={() => openFound(message.conversation_id, message.id)}>
      <span class="row-top"><strong class="name" dir="auto">{displayName(conversation)}</strong><time dateTime={message.created_at} title={fullTime(message.created_at)}>{shortAge(message.created_at, serverNow())}</time></span>
      <span class="hit-words" dir="auto">{message.direction === "out" && <span class="soft" aria-hidden="true">↩ </span>}<Marked text={excerpt?.text ?? ""} marks={excerpt?.marks ?? []} /></span>
    </button>
  );
}

function ContactHit({ hit: { contact }, wanted }: { hit: Hit; wanted: string }) {
  if (!contact) return null;
  const name = contact.name ?? contact.phones[0] ?? contact.emails[0] ?? contact.id;
  return <a class="hit" href={`/contacts/${contact.id}`}><strong class="name" dir="auto"><Marked text={name} marks={marksOf(name, wanted)} /></strong></a>;
}

function ConversationHit({ hit: { conversation }, wanted }: { hit: Hit; wanted: string }) {
  if (!conversation) return null;
  const name = displayName(conversation);
  return (
    <button type="button" class="hit" onClick={() => openFound(conversation.id)}>
      <span class="row-top"><strong class="name" dir="auto"><Marked text={name} marks={marksOf(name, wanted)} /></strong><span class="soft small">{t(`states.${conversation.state}`)} · {kindName(conversation.channel.kind)}</span></span>
      <span class="hit-words soft" dir="auto">{lastWords(conversation)}</span>
    </button>
  );
}

function Marked({ text, marks }: { text: string; marks: readonly (readonly [number, number])[] }) {
  return <>{pieces(text, marks).map((one, n) => (one.found ? <mark key={n}>{one.text}</mark> : one.text))}</>;
}
