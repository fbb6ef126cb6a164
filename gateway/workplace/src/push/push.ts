// Notices while no page is open, in this browser: turned on, kept up with each sign-in, turned off.

import { effect } from "@preact/signals";
import type { Api } from "../core/api.js";
import { language, LANGUAGES } from "../core/words.ts";
import { go, parts } from "../frame/address.ts";
import { forgetPush, notePush, type PushMark } from "../frame/push_mark.ts";

/** Of what one can be told, in the order in which it is shown. */
export const KINDS = ["given", "transferred", "message", "due", "overdue", "snoozed"] as const;
export type Kind = (typeof KINDS)[number];

/** What the server says of this sign-in. */
export interface PushState {
  public_key: string;
  kinds: Kind[];
  since: string | null;
}

/** The browser was asked and does not allow it. */
export class NotAllowedError extends Error {}

export const canPush = (): boolean => "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;

/** What the server says; off, too, where the browser itself has no subscription. */
export async function readPush(api: Api): Promise<PushState> {
  const state: PushState = await api.request("GET", "/me/push");
  return (await subscribed()) ? state : { ...state, since: null };
}

/** Have this browser told of some kinds. Has the browser ask its reader, which it does only after a click. */
export async function turnOn(api: Api, operatorId: string, kinds: readonly Kind[]): Promise<PushState> {
  if ((await Notification.requestPermission()) !== "granted") throw new NotAllowedError();
  return subscribe(api, { operator: operatorId, kinds: [...kinds] });
}

/** Have this browser told nothing any more, whoever it was told for. */
export async function turnOff(api: Api): Promise<void> {
  forgetPush();
  await api.request("DELETE", "/me/push");
  await (await subscribed())?.unsubscribe();
}

/** Go on with what was turned on in this browser: by the same person for this sign-in, by another one not at all. */
export async function keepUp(api: Api, mark: PushMark, operatorId: string): Promise<void> {
  if (mark.operator !== operatorId) {
    forgetPush();
    await (await subscribed())?.unsubscribe();
  } else if (Notification.permission === "granted") {
    await subscribe(api, mark);
  }
}

/** Have the worker there, with its words; it is asked for anew at most once a day by the browser itself. */
export async function startWorker(): Promise<ServiceWorkerRegistration> {
  effect(() => void keepWords(language.value));
  navigator.serviceWorker.addEventListener("message", ({ data }) => data?.type === "open" && go(data.path));
  await navigator.serviceWorker.register("/service-worker.js", { scope: "/" });
  const registration = await navigator.serviceWorker.ready;
  effect(() => {
    const [screen, id] = parts.value;
    if (screen === "conversations" && id) void takeAway(registration, id);
  });
  return registration;
}

/** Take the notices of a conversation away that is open now. */
async function takeAway(registration: ServiceWorkerRegistration, conversationId: string): Promise<void> {
  for (const one of await registration.getNotifications({ tag: conversationId })) one.close();
}

let starting: Promise<ServiceWorkerRegistration> | null = null;
const started = () => (starting ??= startWorker());

async function subscribe(api: Api, mark: PushMark): Promise<PushState> {
  const registration = await started();
  const { public_key }: PushState = await api.request("GET", "/me/push");
  let subscription = await registration.pushManager.getSubscription();
  if (subscription && keyOf(subscription) !== public_key) {
    await subscription.unsubscribe();
    subscription = null;
  }
  subscription ??= await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: public_key });
  const { endpoint, keys } = subscription.toJSON();
  const state: PushState = await api.request("PUT", "/me/push", { body: { endpoint, keys, kinds: mark.kinds } });
  notePush(mark);
  return state;
}

async function subscribed(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration("/");
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** The installation's key by which a browser has subscribed, as the server writes it. */
function keyOf(subscription: PushSubscription): string {
  const key = subscription.options.applicationServerKey;
  if (!key) return "";
  return btoa(String.fromCharCode(...new Uint8Array(key))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** Put the words of the reader's language where the worker finds them. */
async function keepWords(code: string): Promise<void> {
  const words = await LANGUAGES[code]!.loadNotices();
  const cache = await caches.open("workplace-words");
  await cache.put("/words", new Response(JSON.stringify({ language: code, words }), { headers: { "Content-Type": "application/json" } }));
}
