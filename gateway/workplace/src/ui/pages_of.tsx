// A list that is read page by page, with a button for more.

import { useEffect, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { useLoaded, type Loaded } from "../frame/use_loaded.ts";
import { Show } from "./page.tsx";

interface Part<T> {
  items: T[];
  next_cursor: string | null;
}

/** What has been read so far; `query` begins anew. */
export function usePages<T>(path: string, query: Record<string, string>): { loaded: Loaded<Part<T>>; items: T[]; more: (() => Promise<void>) | null; replace: (change: (items: T[]) => T[]) => void } {
  const { api } = here();
  const inputs = JSON.stringify([path, query]);
  const loaded = useLoaded<Part<T>>(() => api.request("GET", path, { query: { ...query, limit: 50 } }), [inputs]);
  const [further, setFurther] = useState<Part<T> | null>(null);
  useEffect(() => setFurther(null), [loaded.value]);
  const items = [...(loaded.value?.items ?? []), ...(further?.items ?? [])];
  const cursor = further ? further.next_cursor : loaded.value?.next_cursor;
  const more = async () => {
    const part: Part<T> = await api.request("GET", path, { query: { ...query, limit: 50, cursor } });
    setFurther({ items: [...(further?.items ?? []), ...part.items], next_cursor: part.next_cursor });
  };
  const replace = (change: (items: T[]) => T[]) => {
    if (loaded.value) loaded.put({ items: change(items), next_cursor: cursor ?? null });
  };
  return { loaded, items, more: cursor ? more : null, replace };
}

export function Pages<T>({ pages, children }: { pages: ReturnType<typeof usePages<T>>; children: (items: T[]) => ComponentChildren }) {
  return (
    <>
      <Show loaded={pages.loaded}>{() => children(pages.items)}</Show>
      {pages.more && <div><button type="button" onClick={() => void pages.more?.()}>{t("ui.more")}</button></div>}
    </>
  );
}
