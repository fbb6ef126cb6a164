// The service worker: shows what is pushed, leads to the conversation, and says so where there is no connection.
//
// It keeps nothing that the server answers: the only thing in its cache is the words of the reader's language, which
// the page puts there (push.ts).

import { isSeen, isWorkplace, noticeOf, offlinePage, type NoticeWords, type Payload } from "./worker_rules.ts";

/** What of a service worker's surroundings is used; the compiler's own list of them can't stand beside that of pages. */
interface Worker {
  registration: { showNotification(title: string, options: object): Promise<void> };
  clients: {
    matchAll(options: object): Promise<Client[]>;
    openWindow(url: string): Promise<unknown>;
    claim(): Promise<void>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: string, listener: (event: any) => void): void;
}
interface Client {
  url: string;
  visibilityState: string;
  focus(): Promise<Client>;
  postMessage(message: unknown): void;
}

const worker = globalThis as unknown as Worker;
const KEPT = "workplace-words";
const ICON = "/workplace/icons/icon_192.png";
const BADGE = "/workplace/icons/badge_96.png";

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("push", (event) => event.waitUntil(pushed(event.data)));

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.path ?? "/"));
});

worker.addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate" && isWorkplace(event.request.url)) event.respondWith(reached(event.request));
});

async function pushed(data: { json(): Payload } | null): Promise<void> {
  let sent: Payload | null = null;
  try {
    sent = data?.json() ?? null;
  } catch {
    // A notice has to be shown for whatever comes: the browser asks for it.
  }
  if (isSeen(sent, await windows())) return;
  const { title, body, tag, path } = noticeOf(sent, (await kept()).words);
  const timestamp = sent ? Date.parse(sent.at) || undefined : undefined;
  await worker.registration.showNotification(title, { body, tag, renotify: true, timestamp, icon: ICON, badge: BADGE, data: { path } });
  // A mark at the icon of the installed page; the page itself counts.
  await (navigator as Navigator).setAppBadge?.().catch(() => {});
}

/** Show an address in a page that is open, the visible one first; without one, in a new one. */
async function open(path: string): Promise<void> {
  const pages = (await windows()).filter((one) => isWorkplace(one.url));
  const page = pages.find((one) => one.visibilityState === "visible") ?? pages[0];
  if (!page) return void (await worker.clients.openWindow(path));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's pages have one origin, and take none
  page.postMessage({ type: "open", path });
  await page.focus().catch(() => {}); // a browser may not let it come to the front: it is there all the same
}

async function reached(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    const { words, language } = await kept();
    const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'", "Cache-Control": "no-store" };
    return new Response(offlinePage(words, language), { status: 503, headers });
  }
}

async function kept(): Promise<{ language: string; words: NoticeWords | null }> {
  try {
    const found = await (await caches.open(KEPT)).match("/words");
    return found ? await found.json() : { language: "en", words: null };
  } catch {
    return { language: "en", words: null };
  }
}

const windows = () => worker.clients.matchAll({ type: "window", includeUncontrolled: true });
