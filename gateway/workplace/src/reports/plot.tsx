// A plot of some series over rows that follow one another; the table below it says the same to those who can't see it.

import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { theme } from "../frame/theme.ts";

interface Series {
  name: string;
  values: (number | null)[];
}

const DARK = "(prefers-color-scheme: dark)";
const HEIGHT = 240;
/** Names of the colours in style.css, in the order of the series. */
const COLOURS = ["--blue", "--green", "--amber", "--warn"];
/** Pixels that the name of a row takes below the axis. */
const NAME_WIDTH = 90;

export function Plot({ label, names, series }: { label: string; names: string[]; series: Series[] }) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = JSON.stringify([names, series]);
  const dark = useDark();
  const chosen = theme.value;
  useEffect(() => {
    const box = place.current!;
    const plot = new uPlot(optionsOf(box, label, names, series), [names.map((_, at) => at), ...series.map((one) => one.values)], box);
    const watched = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: HEIGHT }));
    watched.observe(box);
    return () => {
      watched.disconnect();
      plot.destroy();
    };
  }, [drawn, dark, chosen]);
  return <div ref={place} class="plot" role="img" aria-label={`${label}: ${series.map((one) => one.name).join(", ")}`} />;
}

/** Whether the device asks for dark colours: a canvas keeps those that it was drawn with. */
function useDark(): boolean {
  const [dark, setDark] = useState(() => matchMedia(DARK).matches);
  useEffect(() => {
    const asked = matchMedia(DARK);
    const look = () => setDark(asked.matches);
    asked.addEventListener("change", look);
    return () => asked.removeEventListener("change", look);
  }, []);
  return dark;
}

function optionsOf(box: HTMLElement, label: string, names: string[], series: Series[]): uPlot.Options {
  const style = getComputedStyle(box);
  const axis = { stroke: style.color, grid: { stroke: resolved(box, "--line"), width: 1 }, ticks: { show: false } };
  const every = (plot: uPlot) => Math.ceil((names.length * NAME_WIDTH) / Math.max(plot.width, NAME_WIDTH));
  return {
    width: box.clientWidth,
    height: HEIGHT,
    scales: { x: { time: false, range: [-0.5, names.length - 0.5] } },
    axes: [
      { ...axis, splits: (plot) => names.map((_, at) => at).filter((at) => at % every(plot) === 0), values: (_, splits) => splits.map((at) => names[at] ?? "") },
      { ...axis, size: 56, incrs: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 100_000] },
    ],
    series: [
      { label, value: (_, at) => names[at] ?? "–" },
      ...series.map((one, at) => ({
        label: one.name, stroke: resolved(box, COLOURS[at % COLOURS.length]!), width: 2, points: { show: names.length < 40, size: 5 }, spanGaps: false,
      })),
    ],
  };
}

/** A colour that a canvas can take: variables and `light-dark()` are resolved by an element. */
function resolved(box: HTMLElement, name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  box.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}
