// How a channel is: what the last look at its provider showed, and what somebody should do about it.

import { fullTime } from "../core/time.js";
import { fromServer } from "../core/say.ts";
import { t } from "../core/words.ts";
import type { Channel } from "./channel_kinds.ts";

const TONES = { unknown: "", ok: "good", warning: "due", failing: "bad" } as const;

export function Health({ channel }: { channel: Channel }) {
  if (!channel.enabled) return <span class="mark">{t("settings.off")}</span>;
  const { status } = channel.health;
  return <span class={`mark ${TONES[status]}`}>{t(`settings.channels.healths.${status}`)}</span>;
}

/** What the provider told or a look found, each with what to do. */
export function Troubles({ channel }: { channel: Channel }) {
  const { troubles } = channel.health;
  if (!troubles.length) return null;
  return (
    <ul class="troubles" aria-label={t("settings.channels.troubles")}>
      {troubles.map((one) => (
        <li key={one.code} class={one.stops ? "fault" : "told"}>
          <strong>{fromServer(one.detail)}</strong> {fromServer(one.advice)} <span class="small soft">{t("settings.channels.since", { time: fullTime(one.since) })}</span>
        </li>
      ))}
    </ul>
  );
}
