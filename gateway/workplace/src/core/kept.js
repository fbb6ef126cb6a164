// What a reload must not lose: the sign-in, drafts, unsent messages, where one was. It is in
// sessionStorage, so that it ends with the tab, and apart for each operator.

const PREFIX = "inbox.";

function load(name) {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + name));
  } catch {
    return null;
  }
}

function save(name, value) {
  try {
    if (value === null || value === undefined) sessionStorage.removeItem(PREFIX + name);
    else sessionStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden: all works, except that a reload forgets.
  }
}

export const signIn = {
  load: () => load("token"),
  save: (token) => save("token", token),
};

/** A named value of one operator. */
export function keptFor(operatorId, name) {
  const full = `${operatorId}.${name}`;
  return { load: () => load(full), save: (value) => save(full, value) };
}

/** Forgets all that customers and operators wrote: the next person at this machine is another one. */
export function forgetAll() {
  const names = Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX));
  for (const name of names) sessionStorage.removeItem(name);
}
