// Three steps from the first channel to the first answer. They go when customers have written.

import type { ComponentChildren } from "preact";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { parts } from "../frame/address.ts";
import { screenOf } from "../frame/screens.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { useStore } from "../frame/use_store.ts";
import { ReadyButton } from "../inbox/list/ready_offer.tsx";
import { Icon } from "../ui/icon.tsx";

interface Beginning {
  channels: number;
  operators: number;
  written: boolean;
}

export default function Steps() {
  const { api, me } = here();
  const screen = screenOf(parts.value[0])?.name; // what was done on another one is seen when one is back
  const status = useStore((state) => state.operators.get(me.id)?.status);
  const { value } = useLoaded<Beginning>(async () => {
    const [channels, operators, open, closed] = await Promise.all([
      api.request("GET", "/channels", { query: { limit: 1 } }),
      api.request("GET", "/operators", { query: { limit: 2 } }),
      api.conversations({ limit: 1 }),
      api.conversations({ limit: 1, state: "closed" }),
    ]);
    return { channels: channels.items.length, operators: operators.items.length, written: open.items.length + closed.items.length > 0 };
  }, [screen], ["conversation.created", "channel."]);
  if (!value || value.written) return null;
  const ready = status === "ready" || value.operators > 1;
  const step = value.channels ? (ready ? 3 : 2) : 1;
  return (
    <section class="first-run" aria-label={t("first_run.title")}>
      <h2>{t("first_run.title")}</h2>
      <ol>
        <Step done={value.channels > 0} now={step === 1} title={t("first_run.channel")} text={t("first_run.channel_text")}>
          <a href="/settings/channels">{t("first_run.connect")}</a>
        </Step>
        <Step done={ready} now={step === 2} title={t("first_run.ready")} text={t("first_run.ready_text")}>
          <ReadyButton />
        </Step>
        <Step done={false} now={step === 3} title={t("first_run.answer")} text={t("first_run.answer_text")} />
      </ol>
    </section>
  );
}

function Step({ done, now, title, text, children }: { done: boolean; now: boolean; title: string; text: string; children?: ComponentChildren }) {
  return (
    <li class={done ? "done" : now ? "now" : ""} {...(now && { "aria-current": "step" as const })}>
      <span class="step-mark">{done && <Icon name="tick" label={t("first_run.done")} />}</span>
      <div>
        <h3>{title}</h3>
        <p class="soft">{text}</p>
        {now && children}
      </div>
    </li>
  );
}
