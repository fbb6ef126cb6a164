// Replies that a helper suggests: one is put into the field, and sent only by the operator.

import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { here } from "../../core/session.ts";
import { t } from "../../core/words.ts";
import { useStore } from "../../frame/use_store.ts";
import { Icon } from "../../ui/icon.tsx";
import { theField, writingIn } from "../composing.ts";

/** The conversation for which they are shown. */
const shownFor = signal<string | null>(null);

export function SuggestButton({ id }: { id: string }) {
  const helpers: Set<string> = useStore((state) => state.helpers);
  if (!helpers.has("suggest")) return null;
  const toggle = () => {
    shownFor.value = shownFor.value === id ? null : id;
  };
  return (
    <button type="button" class="quiet" id="show-suggestions" aria-label={t("composer.suggest")} title={t("composer.suggest")} aria-expanded={shownFor.value === id} onClick={toggle}>
      <Icon name="spark" />
    </button>
  );
}

export function Suggestions() {
  const id = writingIn.value;
  return id && shownFor.value === id ? <List key={id} id={id} /> : null;
}

function List({ id }: { id: string }) {
  const { api } = here();
  const [found, setFound] = useState<string[] | null>(null);
  const [fault, setFault] = useState("");
  useEffect(() => {
    let over = false;
    api.request("POST", `/conversations/${id}/suggestions`).then(
      ({ suggestions }: { suggestions: { text: string }[] }) => over || setFound(suggestions.map((one) => one.text)),
      (problem: Error) => over || setFault(problem.message),
    );
    return () => {
      over = true;
    };
  }, [id]);
  const close = () => {
    shownFor.value = null;
    theField().focus();
  };
  const use = (text: string) => {
    theField().insert(text);
    close();
  };
  return (
    <section class="suggestions" aria-label={t("composer.suggested")} onKeyDown={(event) => { if (event.key === "Escape") { event.stopPropagation(); close(); } }}>
      {fault && <p class="fault" role="alert">{fault}</p>}
      {!found && !fault && <p class="soft small" role="status">{t("message.helper_works")}</p>}
      {found?.length === 0 && <p class="soft small" role="status">{t("composer.no_suggestion")}</p>}
      {found?.map((text) => <button key={text} type="button" dir="auto" onClick={() => use(text)}>{text}</button>)}
      <button type="button" class="quiet" aria-label={t("ui.close")} onClick={close}><Icon name="close" /></button>
    </section>
  );
}
