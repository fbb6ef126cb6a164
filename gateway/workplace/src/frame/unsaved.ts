// Forms that hold what is not saved yet: leaving them asks first.

import { t } from "../core/words.ts";

const unsaved = new Set<object>();

/** Note whether a form holds unsaved changes. */
export function noteUnsaved(form: object, changed: boolean): void {
  if (changed) unsaved.add(form);
  else unsaved.delete(form);
}

/** May what is shown be left? Asks where something would be lost; a yes forgets it. */
export function mayLeave(): boolean {
  if (!unsaved.size) return true;
  const leave = confirm(t("frame.leave_unsaved"));
  if (leave) unsaved.clear();
  return leave;
}

addEventListener("beforeunload", (event) => {
  if (unsaved.size) event.preventDefault();
});
