// Going to a place of the thread: to a message, to a day.

import { t } from "../../core/words.ts";
import { notify } from "../../frame/notices.js";
import { toEnd } from "./actions.ts";
import { findAbove, readSince } from "./reading.ts";

const SHOWN_FOR = 1500;

/** Go to a message, wherever above it is. */
export async function goTo(id: string): Promise<void> {
  if (show(id)) return;
  if (!(await findAbove(id)) || !(await drawn(id))) notify(t("thread.not_found"));
}

/** Go to the first message since a time, or to the end where there is none. */
export async function goToTime(at: Date): Promise<void> {
  try {
    const id = await readSince(at);
    if (!id) toEnd();
    else if (!show(id)) await drawn(id);
  } catch (problem) {
    notify((problem as Error).message);
  }
}

function show(id: string): boolean {
  const found = document.querySelector(`#messages [data-id="${CSS.escape(id)}"]`);
  found?.scrollIntoView({ block: "center" });
  found?.classList.add("shown");
  setTimeout(() => found?.classList.remove("shown"), SHOWN_FOR);
  return Boolean(found);
}

/** What was just read is on the page with the next frame. */
const drawn = (id: string): Promise<boolean> => new Promise((done) => requestAnimationFrame(() => done(show(id))));
