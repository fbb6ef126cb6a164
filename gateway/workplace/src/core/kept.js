// What a reload must not lose: the sign-in, drafts, unsent messages, where one was. It is in
// sessionStorage, so that it ends with the tab, and apart for each operator. Only a sign-in outlives
// its tab, where its owner has asked for that.

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

const LASTING = "workplace.sign-in";
const STAYS = "stays";

/** The sign-in that new pages begin with, or puts one there. */
function lasting(...token) {
  try {
    if (!token.length) return localStorage.getItem(LASTING);
    if (token[0] === null) localStorage.removeItem(LASTING);
    else localStorage.setItem(LASTING, token[0]);
  } catch {
    // Without storage it ends with the tab.
  }
  return null;
}

export const signIn = {
  load: () => load("token"),
  /**
   * Keeps a sign-in for this tab, and where that was asked for, for pages that are opened later; null ends both.
   * Whoever signs in ends the stay of whoever was here before: pages that are opened later are not theirs any more.
   */
  save: (token) => {
    if (token !== null) lasting(load(STAYS) === true ? token : null);
    else if (lasting() === load("token")) lasting(null);
    save("token", token);
    save(STAYS, null);
  },
  /** Whether the next sign-in is to outlive the tab: also by way of a provider's page, and back. */
  stay: (wanted) => save(STAYS, wanted || null),
  /** Begins a new page with the sign-in that stays, if there is one. */
  resume: () => {
    const token = load("token") ?? lasting();
    if (token) save("token", token);
  },
};

/** A named value of one operator. */
export function keptFor(operatorId, name) {
  const full = `${operatorId}.${name}`;
  return { load: () => load(full), save: (value) => save(full, value) };
}

/** Forgets all that customers and operators wrote: the next person at this machine is another one. */
export function forgetAll() {
  const names = Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX) && name !== PREFIX + STAYS);
  for (const name of names) sessionStorage.removeItem(name);
}
