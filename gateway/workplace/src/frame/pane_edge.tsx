// The edge of a pane beside the thread: dragged, or moved by keys; this browser remembers where it was left.

import { signal } from "@preact/signals";
import type { TargetedKeyboardEvent, TargetedPointerEvent } from "preact";
import { t } from "../core/words.ts";
import { EDGES, fitted, keyed, LEAST_THREAD, type EdgeName } from "./edges.ts";

const KEPT = "workplace.panes";
const NAMES = Object.keys(EDGES) as EdgeName[];

const widths = signal<Record<EdgeName, number>>({ list: EDGES.list.usual, side: EDGES.side.usual });

/** Give the panes the widths that were chosen in this browser. */
export function startPanes(): void {
  let kept: Partial<Record<EdgeName, unknown>> = {};
  try {
    kept = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
  } catch {
    // Without storage, or with something else in it, they are as wide as usual.
  }
  for (const name of NAMES) {
    const width = kept[name];
    put(name, typeof width === "number" ? fitted(EDGES[name], width, Infinity) : EDGES[name].usual);
  }
}

function put(name: EdgeName, width: number): void {
  widths.value = { ...widths.value, [name]: width };
  document.getElementById("app")!.style.setProperty(`--${name}-width`, `${width}px`);
}

/** Take a width as far as there is room for it beside the thread, and remember it. */
function choose(name: EdgeName, width: number): void {
  const thread = document.getElementById("thread-pane")!.clientWidth;
  const room = Math.max(widths.value[name], widths.value[name] + thread - LEAST_THREAD);
  put(name, fitted(EDGES[name], width, room));
  try {
    localStorage.setItem(KEPT, JSON.stringify(widths.value));
  } catch {
    // Without storage it lasts until the page is closed.
  }
}

export function PaneEdge({ name, controls }: { name: EdgeName; controls: string }) {
  const edge = EDGES[name];
  const width = widths.value[name];
  const pressed = (event: TargetedPointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    const line = event.currentTarget;
    const from = event.clientX;
    const before = widths.value[name];
    line.setPointerCapture(event.pointerId);
    const moved = ({ clientX }: PointerEvent) => choose(name, before + (clientX - from) * edge.grows);
    line.addEventListener("pointermove", moved);
    line.addEventListener("lostpointercapture", () => line.removeEventListener("pointermove", moved), { once: true });
  };
  const typed = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const wanted = keyed(edge, width, event.key);
    if (wanted === null) return;
    event.preventDefault();
    choose(name, wanted);
  };
  return (
    <div
      id={`${name}-edge`} class={`edge ${name}-edge`} role="separator" tabIndex={0} aria-orientation="vertical" aria-controls={controls}
      aria-label={t(`frame.edges.${name}`)} title={t("frame.edges.hint")}
      aria-valuenow={width} aria-valuemin={edge.least} aria-valuemax={edge.most}
      onPointerDown={pressed} onKeyDown={typed} onDblClick={() => choose(name, edge.usual)}
    />
  );
}
