// What can be done to a message, below it: a reaction, other words, taking it back.

import { useEffect, useRef, useState } from "preact/hooks";
import { here } from "../../core/session.ts";
import { withMessage } from "../../core/store.js";
import { t } from "../../core/words.ts";
import { notify } from "../../frame/notices.js";
import { AskFirst } from "../../ui/ask.tsx";
import { Form, TextArea } from "../../ui/form.tsx";
import { theField } from "../composing.ts";
import { type Act, wordsField } from "./acts.ts";
import type { Message } from "./types.ts";

/** Telegram knows them all, too. */
const EMOJI = ["👍", "😍", "🔥", "🎉", "😁", "👏", "🙏", "😢"];

interface Given {
  message: Message;
  acts: readonly Act[];
  onClose: () => void;
}

export default function ActsRow({ message, acts, onClose }: Given) {
  const [editing, edit] = useState(false);
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const first = row.current?.querySelector<HTMLButtonElement | HTMLTextAreaElement>("button, textarea");
    first?.focus();
    if (first instanceof HTMLTextAreaElement) first.setSelectionRange(first.value.length, first.value.length);
  }, [editing]);
  const close = () => {
    row.current?.closest("li")?.querySelector<HTMLElement>("[data-action=more]")?.focus();
    onClose();
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  };
  return (
    <div ref={row} class="acts" role="group" aria-label={t("message.acts")} onKeyDown={pressed}>
      {editing ? <Edit message={message} onClose={close} /> : (
        <>
          {acts.includes("reaction") && <Reactions message={message} onClose={close} />}
          {acts.includes("edit") && <button type="button" data-action="edit" onClick={() => edit(true)}>{t("message.edit")}</button>}
          {acts.includes("delete") && <Delete message={message} onClose={onClose} />}
        </>
      )}
    </div>
  );
}

/** Put what the server answered into the thread. */
function useRequest(): (method: string, path: string, body?: object) => Promise<void> {
  const { api, store } = here();
  return async (method, path, body) => {
    const view = await api.request(method, path, { body });
    if (view) store.set((state: object) => withMessage(state, view));
  };
}

/** The business has one reaction to a message: another one takes its place, the same one again takes it back. */
function Reactions({ message, onClose }: { message: Message; onClose: () => void }) {
  const request = useRequest();
  const ours = message.reactions.find((one) => one.author.kind !== "contact" && one.emoji)?.emoji;
  const react = (emoji: string) => {
    const path = `/messages/${message.id}/reaction`;
    const asked = emoji === ours ? request("DELETE", path) : request("PUT", path, { emoji });
    asked.then(onClose, (problem: Error) => notify(problem.message));
  };
  return (
    <>
      {[...new Set([...EMOJI, ...(ours ? [ours] : [])])].map((emoji) => (
        <button key={emoji} type="button" class="quiet emoji-one" aria-label={t("message.react", { emoji })} aria-pressed={emoji === ours} onClick={() => react(emoji)}>{emoji}</button>
      ))}
    </>
  );
}

function Edit({ message, onClose }: { message: Message; onClose: () => void }) {
  const request = useRequest();
  const field = wordsField(message.content)!;
  const [before] = useState(() => String(message.content[field] ?? ""));
  const [text, setText] = useState(before);
  const send = async () => {
    if (!text.trim()) throw new Error(t("ui.faults.something"));
    if (text !== before) await request("PATCH", `/messages/${message.id}`, { content: { [field]: text } });
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !(event.target instanceof HTMLTextAreaElement)) return;
    event.preventDefault();
    event.target.form?.requestSubmit();
  };
  return (
    <div class="edit-message" onKeyDown={pressed}>
      <Form send={send} done={onClose} changed={text !== before} onCancel={onClose}>
        <TextArea label={t("message.new_words")} pointer={`/content/${field}`} value={text} onChange={setText} />
      </Form>
    </div>
  );
}

function Delete({ message, onClose }: { message: Message; onClose: () => void }) {
  const request = useRequest();
  const act = async () => {
    await request("DELETE", `/messages/${message.id}`);
    onClose();
    requestAnimationFrame(() => theField().focus()); // what was pressed is gone
  };
  return <AskFirst label={t("message.delete")} title={t("message.delete_this")} text={t("message.delete_text")} confirm={t("message.delete")} act={act} />;
}
