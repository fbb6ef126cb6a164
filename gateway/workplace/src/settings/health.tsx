// How a channel is, as the last look at its provider showed.

import { t } from "../core/words.ts";
import type { Channel } from "./channel_kinds.ts";

export function Health({ channel }: { channel: Channel }) {
  if (!channel.enabled) return <span class="mark">{t("settings.off")}</span>;
  const { status } = channel.health;
  return <span class={`mark ${status === "ok" ? "good" : status === "failing" ? "bad" : ""}`}>{t(`settings.channels.healths.${status}`)}</span>;
}
