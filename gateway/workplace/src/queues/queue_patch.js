// From the fields of a form to a merge patch (RFC 7396): only what has changed. Pure.

import { KINDS, LISTS_OF_IDS, NUMBERS } from "./queue_fields.js";

/** "" → null, "12" → 12, anything else → NaN. */
export function numberOf(text) {
  const trimmed = text.trim();
  if (!trimmed) return null;
  return /^\d+$/.test(trimmed) ? Number(trimmed) : NaN;
}

const listOf = (text) => text.split(",").map((one) => one.trim()).filter(Boolean);

/** What a field's value means, by the kind of the setting. */
const READ = {
  number: numberOf,
  list: listOf,
  check: (value) => value,
  choice: (value) => value,
  queues: (value) => value || null,
  hours: (value) => value || null,
};

/** The value of a setting as its field shows it. */
export const shownList = (values) => values.join(", ");

/**
 * @param {object} queue As it was read.
 * @param {object} given Values by pointer: `/limit`, `/sticky`, `/texts/greeting/en`.
 */
export function queuePatch(queue, given) {
  const patch = {};
  for (const name of LISTS_OF_IDS) putIds(patch, queue, name, given);
  for (const [pointer, value] of Object.entries(given)) {
    const [, name, occasion, language] = pointer.split("/");
    if (LISTS_OF_IDS.includes(name)) continue;
    if (occasion) putText(patch, queue, occasion, language, value.trim());
    else putSetting(patch, queue, name, READ[KINDS.get(name)](value));
  }
  return patch;
}

function putSetting(patch, queue, name, value) {
  if (JSON.stringify(value) !== JSON.stringify(queue[name] ?? null)) patch[name] = value;
}

/** Whoever has no box (a person who was removed meanwhile) stays as they are. */
function putIds(patch, queue, name, given) {
  const kept = queue[name].filter((id) => given[`/${name}/${id}`] !== false);
  const added = Object.keys(given).filter((pointer) => pointer.startsWith(`/${name}/`) && given[pointer]).map((pointer) => pointer.split("/")[2]);
  const ids = [...new Set([...kept, ...added])];
  putSetting(patch, queue, name, ids);
}

function putText(patch, queue, occasion, language, text) {
  if (text === (queue.texts[occasion]?.[language] ?? "").trim()) return;
  patch.texts = { ...patch.texts, [occasion]: { [language]: text || null } };
}

/** What can be seen to be wrong before the server is asked. */
export function queueFaults(given) {
  const faults = NUMBERS.filter((name) => Number.isNaN(numberOf(given[`/${name}`] ?? ""))).map((name) => ({
    pointer: `/${name}`, message: "write a whole number, or nothing",
  }));
  const goesOn = [given["/on_overflow"], given["/on_max_wait"]].includes("transfer");
  if (goesOn && !given["/next_queue_id"]) faults.push({ pointer: "/next_queue_id", message: "choose the queue that they go on to" });
  return faults;
}
