// Who else has the conversation on the screen, so that two never answer at once unknowingly.

import { useEffect, useState } from "preact/hooks";
import { onEvent } from "../../core/happenings.ts";
import { here, session } from "../../core/session.ts";
import { t } from "../../core/words.ts";
import { useStore } from "../../frame/use_store.ts";
import { typed, writingIn } from "../composing.ts";

interface Looker {
  operator_id: string;
  writing: boolean;
}

interface LookingFrame extends Looker {
  conversation_id: string;
  looking: boolean;
}

const AGAIN = 20_000; // the server forgets after thirty seconds
const DRAFT_EVERY = 300;

export function Others() {
  return session.value ? <OfSelected /> : null;
}

function OfSelected() {
  const id: string | null = useStore((state) => state.selected);
  const open: boolean = useStore((state) => state.conversations.has(state.selected));
  return id && open ? <Of key={id} id={id} /> : null;
}

function Of({ id }: { id: string }) {
  const { me } = here();
  const operators = useStore((state) => state.operators);
  const lookers = useLookers(id).filter((one) => one.operator_id !== me.id); // one's own other tab is nobody else
  const said = lookers
    .map((one) => ({ name: operators.get(one.operator_id)?.name as string | undefined, writing: one.writing }))
    .filter((one) => one.name)
    .map((one) => t(one.writing ? "composer.writes_too" : "composer.looks_too", { name: one.name! }));
  const writing = lookers.some((one) => one.writing);
  return said.length ? <p class={writing ? "others writing" : "others"} role="status">{said.join(" ")}</p> : null;
}

/** Says that we look, and hears who else does. */
function useLookers(id: string): Looker[] {
  const { api } = here();
  const [lookers, set] = useState<Looker[]>([]);
  const writing = writingIn.value === id && typed.value.trim() !== "";
  useEffect(() => {
    let over = false;
    const path = `/conversations/${id}/looking`;
    const say = async () => {
      if (document.hidden) return;
      const answer = await api.request("PUT", path, { body: { writing } }).catch(() => null);
      if (answer && !over) set(answer.items);
    };
    const soon = setTimeout(say, DRAFT_EVERY);
    const timer = setInterval(say, AGAIN);
    document.addEventListener("visibilitychange", say);
    return () => {
      over = true;
      clearTimeout(soon);
      clearInterval(timer);
      document.removeEventListener("visibilitychange", say);
    };
  }, [id, writing]);
  useEffect(() => () => void api.request("DELETE", `/conversations/${id}/looking`).catch(() => null), [id]);
  useEffect(() => onEvent((type, data) => {
    const frame = data as LookingFrame;
    if (type !== "looking" || frame.conversation_id !== id) return;
    const { operator_id, writing: writes } = frame;
    set((before) => [...before.filter((one) => one.operator_id !== operator_id), ...(frame.looking ? [{ operator_id, writing: writes }] : [])]);
  }), [id]);
  return lookers;
}
