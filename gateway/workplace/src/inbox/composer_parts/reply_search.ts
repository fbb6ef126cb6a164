// Finding a prepared reply by what is typed after "/". Pure.

export interface PreparedReply {
  id: string;
  title: string;
  shortcut: string | null;
  version: number;
  translations: Record<string, { type: string; text?: string; caption?: string }[]>;
}

/** What is searched where the field begins with "/"; null where it does not. */
export function wantedReply(text: string): string | null {
  return /^\/[^\n/]*$/.test(text) ? text.slice(1).trim() : null;
}

const MOST = 30;

/** The replies that fit: by their shortcut first, then by title, then by what they say. */
export function foundReplies(replies: readonly PreparedReply[], wanted: string): PreparedReply[] {
  const words = wanted.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return replies
    .map((reply) => ({ reply, rank: rankOf(reply, wanted.toLocaleLowerCase(), words) }))
    .filter((one) => one.rank < 4)
    .sort((one, other) => one.rank - other.rank || one.reply.title.localeCompare(other.reply.title))
    .slice(0, MOST)
    .map((one) => one.reply);
}

function rankOf(reply: PreparedReply, wanted: string, words: readonly string[]): number {
  const has = (text: string) => words.every((word) => text.toLocaleLowerCase().includes(word));
  if (reply.shortcut === wanted) return 0;
  if (reply.shortcut?.startsWith(wanted)) return 1;
  if (has(reply.title)) return 2;
  return has(firstWords(reply)) ? 3 : 4;
}

/** The first text of a reply, in the first of its languages. */
export function firstWords(reply: PreparedReply): string {
  const [messages = []] = Object.values(reply.translations);
  return messages.map((one) => one.text ?? one.caption ?? "").find(Boolean) ?? "";
}
