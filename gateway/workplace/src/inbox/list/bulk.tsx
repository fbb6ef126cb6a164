// The same action on several conversations that are picked in the list.

import { useState } from "preact/hooks";
import { here } from "../../core/session.ts";
import { shownConversations } from "../../core/store.js";
import { t } from "../../core/words.ts";
import { lazy } from "../../ui/lazy.tsx";
import { picked } from "./actions.ts";

const Box = lazy(() => import("./bulk_box.tsx"));

const MOST = 200; // in one request
const ACTIONS = ["assign", "transfer", "tag", "snooze", "close"] as const;
export type Action = (typeof ACTIONS)[number];

export function BulkBar() {
  const { store } = here();
  const [action, setAction] = useState<Action | null>(null);
  const ids = picked.value;
  if (!ids) return null;
  const all = () => {
    picked.value = new Set(shownConversations(store.state).slice(0, MOST).map((one: { id: string }) => one.id));
  };
  return (
    <div class="bulk" role="group" aria-label={t("list.bulk.title")}>
      <p role="status">{t("list.bulk.chosen", { n: ids.size })}</p>
      <button type="button" onClick={all}>{t("list.bulk.all")}</button>
      {ACTIONS.map((one) => <button key={one} type="button" data-bulk={one} disabled={!ids.size} onClick={() => setAction(one)}>{t(`list.bulk.${one}`)}</button>)}
      <button type="button" onClick={() => { picked.value = null; }}>{t("ui.cancel")}</button>
      {action && <Box action={action} ids={[...ids]} onClose={() => setAction(null)} />}
    </div>
  );
}
