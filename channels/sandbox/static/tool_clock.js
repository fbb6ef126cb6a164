// The clock: moves the time of all processes of the demo.

import { call } from "./api.js";
import { attempt } from "./attempt.js";

const UNITS = [["day", 86_400], ["h", 3_600], ["min", 60], ["s", 1]];

export class ClockTool {
  constructor(root, told) {
    Object.assign(this, { root, told, offset: 0, skewMs: 0, summary: "" });
    root.querySelector(".steps").addEventListener("click", ({ target }) => {
      if (target.dataset.seconds) this.move(this.offset + Number(target.dataset.seconds));
      if ("real" in target.dataset) this.move(0);
    });
    root.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.move(this.offset + 60 * Number(new FormData(event.target).get("minutes")));
    });
    setInterval(() => this.tick(), 1000);
  }

  load() {
    return attempt(this.root, async () => this.set(await call("GET", "/control/clock")));
  }

  move(offset_seconds) {
    return attempt(this.root, async () => this.set(await call("PUT", "/control/clock", { offset_seconds })));
  }

  set({ offset_seconds, now }) {
    this.offset = offset_seconds;
    this.skewMs = now * 1000 - Date.now();
    this.summary = offset_seconds ? `${length(offset_seconds)} ${offset_seconds > 0 ? "ahead" : "behind"}` : "";
    this.root.querySelector(".offset").textContent = this.summary || "the real time";
    this.tick();
    this.told();
  }

  tick() {
    const now = new Date(Date.now() + this.skewMs);
    this.root.querySelector("time").textContent = now.toLocaleString([], { dateStyle: "medium", timeStyle: "medium" });
  }
}

/** 5400 as "1 h 30 min". */
function length(seconds) {
  let rest = Math.round(Math.abs(seconds));
  const parts = UNITS.map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count && `${count} ${unit}${unit === "day" && count > 1 ? "s" : ""}`;
  });
  return parts.filter(Boolean).join(" ");
}
