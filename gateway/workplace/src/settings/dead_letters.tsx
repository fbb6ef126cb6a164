// Dead letters: what a provider sent and could not be read, and reading it again.

import { useState } from "preact/hooks";
import { fullTime } from "../core/time.js";
import { here } from "../core/session.ts";
import { language, t } from "../core/words.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { Empty, Page } from "../ui/page.tsx";
import { Pages, usePages } from "../ui/pages_of.tsx";
import type { Named } from "./known.ts";

interface DeadLetter {
  id: string;
  channel_id: string;
  at: string;
  reason: string;
  raw: string;
  replayed_at: string | null;
}

export default function DeadLetters() {
  const { api } = here();
  const pages = usePages<DeadLetter>("/dead-letters", {});
  const channels = useLoaded<Named[]>(() => api.all("/channels"), []);
  return (
    <Page title={t("settings.dead_letters.title")} hint={t("settings.dead_letters.hint")}>
      <Pages pages={pages}>
        {(items) => (items.length ? (
          <ul class="cards">
            {items.map((one) => (
              <Letter
                key={one.id} letter={one} channel={channels.value?.find((channel) => channel.id === one.channel_id)?.name ?? one.channel_id}
                onDone={() => void pages.loaded.reload()}
              />
            ))}
          </ul>
        ) : <Empty text={t("settings.dead_letters.none")} />)}
      </Pages>
    </Page>
  );
}

function Letter({ letter, channel, onDone }: { letter: DeadLetter; channel: string; onDone: () => void }) {
  const { api } = here();
  const [fault, setFault] = useState<string | null>(null);
  const replay = async () => {
    setFault(null);
    try {
      await api.request("POST", `/dead-letters/${letter.id}/replay`);
      onDone();
    } catch (problem) {
      setFault((problem as Error).message);
    }
  };
  return (
    <li class="section">
      <h3>{letter.reason}</h3>
      <p class="small soft">{channel} · {fullTime(letter.at, language.value, "medium")}{letter.replayed_at && ` · ${t("settings.dead_letters.replayed", { time: fullTime(letter.replayed_at, language.value) })}`}</p>
      <details>
        <summary>{t("settings.dead_letters.raw")}</summary>
        <pre class="raw" tabIndex={0}>{letter.raw}</pre>
      </details>
      {fault && <p class="fault" role="alert">{fault}</p>}
      <div><button type="button" onClick={replay}>{t("settings.dead_letters.replay")}</button></div>
    </li>
  );
}
