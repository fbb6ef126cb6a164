// Telling somebody who looks elsewhere: a sound, and a notice of the desktop. Both are chosen on each device.

import { signal } from "@preact/signals";
import { onEvent } from "../core/happenings.ts";
import { here } from "../core/session.ts";
import { displayName } from "../core/store.js";
import { t } from "../core/words.ts";
import { go } from "./address.ts";
import { type Alert, alertOf } from "./alert_rules.ts";
import { isPushed } from "./push_mark.ts";

const KEPT = "workplace.quiet";

/** Whether sounds are played. */
export const sounds = signal(localStorageSays());

/** What the browser allows of notices: `granted`, `denied`, `default` (not asked yet), or null where it has none. */
export const notices = signal<NotificationPermission | null>("Notification" in globalThis ? Notification.permission : null);

export function chooseSounds(on: boolean): void {
  sounds.value = on;
  try {
    if (on) localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, "yes");
  } catch {
    // Without storage it lasts until the page is closed.
  }
}

/** Have the browser ask whether the page may show notices: it does so only after a click. */
export async function askForNotices(): Promise<void> {
  notices.value = await Notification.requestPermission();
}

/** Tell of what happens from now on; returns what ends it. */
export function keepAlerting(): () => void {
  return onEvent((type, data, before) => {
    const { store, me } = here();
    const about = data as { id?: string; conversation_id?: string } | null;
    const id = about?.conversation_id ?? about?.id ?? "";
    const shown = document.hidden ? null : store.state.selected;
    const alert = about && alertOf(type, about, me.id, before.conversations.get(id), shown);
    if (alert) show(alert);
  });
}

function show(alert: Alert): void {
  if (sounds.value) play(alert.kind === "message" ? [660] : [660, 880]);
  if (!document.hidden || notices.value !== "granted" || isPushed()) return;
  const conversation = here().store.state.conversations.get(alert.conversationId);
  const name = conversation ? displayName(conversation) : "";
  // No words of the customer: notices stand on locked screens.
  const notice = new Notification(t(`alerts.${alert.kind}`), { body: name, tag: alert.conversationId });
  notice.onclick = () => {
    focus();
    go(`/conversations/${alert.conversationId}`);
    notice.close();
  };
}

let audio: AudioContext | null = null;
const SECONDS = 0.12;
const LOUDNESS = 0.08;

/** Play tones of some frequencies (in hertz) after one another. A browser plays nothing before the first click, and complains. */
function play(frequencies: number[]): void {
  if (navigator.userActivation?.hasBeenActive === false) return;
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume().catch(() => {});
  for (const [place, frequency] of frequencies.entries()) {
    const begin = audio.currentTime + place * SECONDS;
    const tone = new OscillatorNode(audio, { frequency });
    const volume = new GainNode(audio, { gain: LOUDNESS });
    volume.gain.setTargetAtTime(0, begin + SECONDS / 2, SECONDS / 4);
    tone.connect(volume).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + SECONDS);
  }
}

function localStorageSays(): boolean {
  try {
    return localStorage.getItem(KEPT) === null;
  } catch {
    return true;
  }
}
