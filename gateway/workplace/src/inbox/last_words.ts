// What a list shows of the newest message, in the language of the page: the words of people as they are. Pure.

import { previewOf } from "../core/events.js";
import { fromServer, t } from "../core/say.ts";
import type { Conversation } from "./types.ts";

const FILES = { image: "photo", sticker: "sticker", video: "video", audio: "sound", voice: "voice", document: "document" } as const;

export function lastWords({ last_message: last }: Pick<Conversation, "last_message">): string {
  if (!last) return "";
  const { preview, type } = last;
  if (!preview) return t("list.deleted");
  if (type in FILES && preview === type) return t(`message.files.${FILES[type as keyof typeof FILES]}`);
  if (type === "location" && preview === "location") return t("message.location");
  if (type === "order") return t("message.order", { n: Number(/\d+$/.exec(preview)?.[0] ?? 1) });
  if (type === "unsupported") return t("message.unsupported");
  return type === "system" ? fromServer(preview) : preview;
}

/** The same of any content, as of a message that is answered. */
export const wordsOf = (content: { type: string }): string =>
  lastWords({ last_message: { seq: 0, direction: "in", at: "", code: null, type: content.type, preview: previewOf(content) } });
