// What a browser needs to install the page: a manifest in the reader's language.

import { effect } from "@preact/signals";
import { language } from "../core/words.ts";

/** Names the manifest, and another one when the language changes. It stands beside the page's own files. */
export function nameManifest(): void {
  const link = document.createElement("link");
  link.rel = "manifest";
  const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]")!.href;
  effect(() => {
    link.href = icon.replace(/[^/]+$/, `manifest_${language.value}.webmanifest`);
  });
  document.head.append(link);
}
