// The panel with what is not a customer's: the time, what goes wrong, and Meta's reviewer.

import { ClockTool } from "./tool_clock.js";
import { FaultsTool } from "./tool_faults.js";
import { TemplatesTool } from "./tool_templates.js";

export class Tools {
  constructor() {
    this.root = document.getElementById("tools");
    const told = () => this.summarise();
    this.clock = new ClockTool(document.getElementById("clock-tool"), told);
    this.faults = new FaultsTool(document.getElementById("faults-tool"), told);
    this.templates = new TemplatesTool(document.getElementById("templates-tool"));
    this.root.addEventListener("toggle", () => { if (this.root.open) this.templates.load(); });
  }

  load() {
    this.clock.load();
    this.faults.load();
    if (this.root.open) this.templates.load();
  }

  onEvent({ type }) {
    if (type === "clock") this.clock.load();
    if (type === "faults") this.faults.load();
    if (type === "templates" && this.root.open) this.templates.load();
  }

  /** What is out of the ordinary is seen without opening the panel. */
  summarise() {
    const words = [this.clock.summary, this.faults.summary].filter(Boolean);
    document.getElementById("in-force").textContent = words.join(" · ");
  }
}
