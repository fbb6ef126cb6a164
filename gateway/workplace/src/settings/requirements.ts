// What may be asked for before somebody closes a conversation.

import { t } from "../core/words.ts";

export function requirements() {
  return (["topic", "tag", "note"] as const).map((value) => ({ value, text: t(`settings.requirements.${value}`) }));
}
