// The tabs of the list, each with how many there are.

import { useEffect, useMemo } from "preact/hooks";
import { serverNow } from "../../core/clock.js";
import { shownCounts, type Counted } from "../../core/counting.ts";
import { language, t } from "../../core/words.ts";
import { inboxTitle } from "../../frame/title.ts";
import { useStore } from "../../frame/use_store.ts";
import { theList, toList } from "./actions.ts";

export const VIEWS = ["mine", "unassigned", "all", "closed"] as const;
export type View = (typeof VIEWS)[number];

export function Tabs() {
  const view = useStore((state) => state.view as View);
  const state = useStore((all) => all);
  const { conversations, lists, filter, topics, tally } = state;
  const all = useMemo(() => shownCounts(state, serverNow()), [conversations, lists, filter, topics, tally]);
  useTitle(all.mine.unread, (state.workspace as { name: string } | null)?.name);
  const choose = (next: View) => theList().show({ view: next });

  function pressed(event: KeyboardEvent) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return void (event.key === "ArrowDown" && toList(event));
    const next = VIEWS[(VIEWS.indexOf(view) + step + VIEWS.length) % VIEWS.length]!;
    choose(next);
    document.getElementById(`tab-${next}`)?.focus();
    event.preventDefault();
  }

  return (
    <div id="tabs" class="tabs" role="tablist" aria-label={t("list.which")} onKeyDown={pressed}>
      {VIEWS.map((one) => {
        const count = one === "closed" ? null : all[one satisfies Counted];
        return (
          <button
            key={one} type="button" role="tab" id={`tab-${one}`} aria-controls="list-panel" aria-selected={one === view} tabIndex={one === view ? 0 : -1}
            class={count?.unread ? "has-unread" : ""} onClick={() => choose(one)}
          >
            {t(`list.tabs.${one}`)} {count && count.open !== null && <span class="count">{count.open.toLocaleString(language.value)}{count.more ? "+" : ""}</span>}
          </button>
        );
      })}
    </div>
  );
}

/** The tab's title says how many of one's own are unread. */
function useTitle(unread: number, workspace: string | undefined): void {
  useEffect(() => {
    inboxTitle.value = { unread, workspace: workspace ?? null };
  }, [unread, workspace]);
}
