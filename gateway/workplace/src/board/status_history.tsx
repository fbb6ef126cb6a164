// Who changed somebody's status, when and why; the newest change first.

import { fullTime } from "../core/time.js";
import { named, t } from "../core/words.ts";
import { useStore } from "../frame/use_store.ts";
import { type Names, namesOf } from "../inbox/thread/names.ts";
import { Empty, Table } from "../ui/page.tsx";
import { Pages, usePages } from "../ui/pages_of.tsx";

interface Change {
  id: string;
  at: string;
  previous: string;
  status: string;
  next_status: string | null;
  reason: string;
  /** `kind:id` of who did it, or `system`. */
  by: string;
}

export function StatusHistory({ id, name }: { id: string; name: string }) {
  const pages = usePages<Change>(`/operators/${id}/status-history`, {});
  const statuses = useStore((state) => state.statuses) as ReadonlyMap<string, { name: string }>;
  const names = useStore((state) => namesOf(state.operators));
  const word = (status: string) => statuses.get(status)?.name ?? named("statuses", status);
  return (
    <Pages pages={pages}>
      {(items) => (items.length ? (
        <Table
          label={t("board.history", { name })} rows={items} keyOf={(one) => one.id}
          columns={[
            { title: t("board.at"), cell: (one) => <time dateTime={one.at}>{fullTime(one.at)}</time> },
            { title: t("board.before"), cell: (one) => word(one.previous) },
            { title: t("board.after"), cell: (one) => word(one.status) },
            { title: t("board.planned"), cell: (one) => (one.next_status ? word(one.next_status) : "–") },
            { title: t("board.why"), cell: (one) => named("board.reasons", one.reason) },
            { title: t("board.by"), cell: (one) => <span dir="auto">{whoOf(one.by, names)}</span> },
          ]}
        />
      ) : <Empty text={t("board.history_none")} />)}
    </Pages>
  );
}

/** Who is no person, such as a key of the API, is shown as that. */
function whoOf(by: string, names: Names): string {
  if (by === "system") return t("board.system");
  return names.get(by.slice(by.indexOf(":") + 1)) ?? by;
}
