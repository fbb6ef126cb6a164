// What is in the thread's place while no conversation is shown.

import { t } from "../../core/say.ts";

const byId = (id) => document.getElementById(id);

/** Has the thread or what is in its place on the screen, at once: the composer is to have the cursor. */
export function showThread(state) {
  const there = state.conversations.has(state.selected);
  byId("thread").hidden = !there;
  byId("no-thread").hidden = there;
  const said = there ? "" : absence(state);
  const place = byId("no-thread").firstElementChild;
  if (!there && place.textContent !== said) place.textContent = said;
}

function absence({ selected, gone, operators }) {
  if (!selected) return t("thread.choose");
  if (gone?.id !== selected) return t("ui.loading");
  const operator = operators.get(gone.operator_id);
  return operator ? t("thread.theirs_now", { name: operator.name }) : t("thread.gone");
}
