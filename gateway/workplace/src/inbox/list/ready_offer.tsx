// A way to begin: who has signed in gets nothing from queues before they say that they are ready.

import { signal } from "@preact/signals";
import { here } from "../../core/session.ts";
import { withEntry, type State } from "../../core/store.js";
import { t } from "../../core/words.ts";
import { notify } from "../../frame/notices.js";
import { useStore } from "../../frame/use_store.ts";
import { isOffered } from "./ready_rule.ts";

/** Who said "not now", until the page is loaded again. */
const declined = signal<string | null>(null);

export function ReadyOffer() {
  const { me } = here();
  const offered: boolean = useStore((state: State) => isOffered(state.operators.get(me.id), state.queues.values()));
  if (!offered || declined.value === me.id) return null;
  return (
    <div class="ready-offer" role="group" aria-label={t("own_status.offer.title")}>
      <p>{t("own_status.offer.text")}</p>
      <ReadyButton />
      <button type="button" class="quiet" onClick={() => { declined.value = me.id; }}>{t("own_status.offer.later")}</button>
    </div>
  );
}

export function ReadyButton() {
  return <button type="button" class="primary be-ready" onClick={beReady}>{t("own_status.offer.ready")}</button>;
}

async function beReady(): Promise<void> {
  const { api, store } = here();
  try {
    const me = await api.setStatus("ready", null);
    store.set((state: State) => ({ ...state, operators: withEntry(state.operators, me.id, me) }));
  } catch (problem) {
    notify((problem as Error).message);
  }
}
