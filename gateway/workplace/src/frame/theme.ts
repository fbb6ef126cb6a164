// Light or dark: as the device says, or as chosen here.

import { signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark";
export const THEMES: readonly Theme[] = ["auto", "light", "dark"];

const KEPT = "workplace.theme";

export const theme = signal<Theme>("auto");

/** Show the theme that was chosen on this device. */
export function startTheme(): void {
  try {
    const kept = localStorage.getItem(KEPT) as Theme;
    show(THEMES.includes(kept) ? kept : "auto");
  } catch {
    show("auto");
  }
}

export function chooseTheme(chosen: Theme): void {
  show(chosen);
  try {
    localStorage.setItem(KEPT, chosen);
  } catch {
    // Without storage it lasts until the page is closed.
  }
}

function show(chosen: Theme): void {
  theme.value = chosen;
  document.documentElement.dataset["theme"] = chosen;
}
