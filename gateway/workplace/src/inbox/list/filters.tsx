// The button that opens the list's filters, and where they stand.

import { signal } from "@preact/signals";
import { t } from "../../core/words.ts";
import { useStore } from "../../frame/use_store.ts";
import { Icon } from "../../ui/icon.tsx";
import { lazy } from "../../ui/lazy.tsx";

const Panel = lazy(() => import("./filter_panel.tsx"));

const open = signal(false);

export function FilterButton() {
  const set: number = useStore((state) => Object.keys(state.filter).length);
  return (
    <button type="button" id="show-filters" class={`quiet ${set ? "on" : ""}`} aria-label={set ? t("list.filters_set", { n: set }) : t("list.filters")} title={t("list.filters")} aria-expanded={open.value} onClick={() => { open.value = !open.value; }}>
      <Icon name="filter" />{set > 0 && <span class="count">{set}</span>}
    </button>
  );
}

export function Filters() {
  return open.value ? <Panel /> : null;
}
