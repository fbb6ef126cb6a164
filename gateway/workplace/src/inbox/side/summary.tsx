// What a conversation is about, as a helper sums it up. It is not kept.

import { useState } from "preact/hooks";
import { here } from "../../core/session.ts";
import { t } from "../../core/words.ts";
import { useStore } from "../../frame/use_store.ts";

export function Summary({ id }: { id: string }) {
  const { api } = here();
  const helpers: Set<string> = useStore((state) => state.helpers);
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<{ text?: string; fault?: string }>({});
  if (!helpers.has("summarise")) return null;
  const ask = async () => {
    setBusy(true);
    await api.request("POST", `/conversations/${id}/summary`).then(
      ({ text }: { text: string }) => setSaid({ text }),
      (problem: Error) => setSaid({ fault: problem.message }),
    );
    setBusy(false);
  };
  return (
    <section class="side-part" id="summary" aria-label={t("side.summary")}>
      <h3>{t("side.summary")}</h3>
      <div aria-live="polite">
        {said.text && <p class="words" dir="auto">{said.text}</p>}
        {said.fault && <p class="fault">{said.fault}</p>}
      </div>
      <button type="button" class="side-button" disabled={busy} onClick={() => void ask()}>{t(busy ? "message.helper_works" : said.text ? "side.summarise_again" : "side.summarise")}</button>
    </section>
  );
}
