// The messages of a thread. Only what has changed is drawn; what is far from sight costs the browser nothing.

import { memo } from "preact/compat";
import { useEffect, useRef, useState } from "preact/hooks";
import { serverNow } from "../../core/clock.js";
import { dayName } from "../../core/time.js";
import { t } from "../../core/words.ts";
import { useNow } from "../../frame/use_now.ts";
import { useStore } from "../../frame/use_store.ts";
import { EpisodeLine } from "./episode.tsx";
import { AlbumItem, MessageItem } from "./message.tsx";
import { PendingItem } from "./outcome.tsx";
import type { Part, Row } from "./rows.ts";

const MINUTE = 60_000;

/** Some messages of a day. */
export const PartOf = memo(({ part }: { part: Part }) => {
  const settled = useSettled();
  return (
    <div class={settled ? "part settled" : "part"} data-part={part.key}>
      {part.gap && <Gap />}
      {part.episode && <EpisodeLine id={part.conversation!} again={part.episode === "again"} />}
      {part.newDay && part.at && <DayLine at={part.at} />}
      <ol class="messages-part" aria-label={part.at ? dayName(part.at, serverNow()) : undefined}>
        {part.rows.map((row) => <RowOf key={row.key} row={row} />)}
      </ol>
    </div>
  );
});

function RowOf({ row }: { row: Row }) {
  if (row.kind === "pending") return <PendingItem item={row.item} />;
  return row.kind === "album" ? <AlbumItem row={row} /> : <MessageItem row={row} />;
}

function DayLine({ at }: { at: string }) {
  return <p class="day"><span>{dayName(at, useNow(MINUTE))}</span></p>;
}

const readOn = (): Promise<void> => import("./reading.ts").then(({ readBelow }) => readBelow());

/** Messages that were not read, where one has jumped over them: they come when one gets there. */
function Gap() {
  const line = useRef<HTMLDivElement>(null);
  const reading: boolean = useStore((state) => Boolean(state.earlier?.loading));
  useEffect(() => {
    const seen = new IntersectionObserver(([last]) => last?.isIntersecting && void readOn());
    if (!reading) seen.observe(line.current!);
    return () => seen.disconnect();
  }, [reading]);
  return <div ref={line} class="gap"><button type="button" disabled={reading} onClick={readOn}>{reading ? t("ui.loading") : t("thread.gap")}</button></div>;
}

/** Drawn once as a whole, so that its height is known: from then on the browser may leave it out where it is far from sight. */
function useSettled(): boolean {
  const [settled, settle] = useState(false);
  useEffect(() => {
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => settle(true));
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  return settled;
}
