// From the fields of a form to a merge patch (RFC 7396): only what has changed. Pure.

/** "" → null, "12" → 12, anything else → NaN. */
export function numberOf(text) {
  const trimmed = text.trim();
  if (!trimmed) return null;
  return /^\d+$/.test(trimmed) ? Number(trimmed) : NaN;
}

/**
 * @param {object} queue As it was read.
 * @param {object} given Text by pointer: `/limit`, `/texts/greeting/en`.
 */
export function queuePatch(queue, given) {
  const patch = {};
  for (const [pointer, text] of Object.entries(given)) {
    const [, name, occasion, language] = pointer.split("/");
    if (occasion) putText(patch, queue, occasion, language, text.trim());
    else if (numberOf(text) !== (queue[name] ?? null)) patch[name] = numberOf(text);
  }
  return patch;
}

function putText(patch, queue, occasion, language, text) {
  if (text === (queue.texts[occasion]?.[language] ?? "").trim()) return;
  patch.texts = { ...patch.texts, [occasion]: { [language]: text || null } };
}
