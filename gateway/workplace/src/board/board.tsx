// The live board: what waits and who is there, now.

import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { Empty, Page, Show, Table } from "../ui/page.tsx";

interface QueueNow {
  id: string;
  name: string;
  waiting: number;
}

export default function Board() {
  const { api } = here();
  const loaded = useLoaded<QueueNow[]>(() => api.all("/queues"), [], ["queue.", "conversation."]);
  return (
    <Page title={t("board.title")}>
      <Show loaded={loaded}>
        {(queues) => (queues.length ? (
          <Table
            label={t("board.title")} rows={queues} keyOf={(one) => one.id}
            columns={[
              { title: t("board.queue"), cell: (one) => one.name },
              { title: t("board.waiting"), cell: (one) => one.waiting, figures: true },
            ]}
          />
        ) : <Empty text={t("board.none")} />)}
      </Show>
    </Page>
  );
}
