// The settings of a queue in words: what each one is called, and what one can choose. Tables only.

export const OCCASIONS = [
  ["greeting", "Greeting", "When somebody enters the queue"],
  ["returning", "Welcome back", "To somebody who has written before"],
  ["waiting", "Waiting", "Again and again while they wait"],
  ["nobody_available", "Nobody there", "When no operator can take it"],
  ["out_of_hours", "Out of hours", "Outside of the business hours"],
  ["overflow", "Queue full", "When the limit is reached"],
  ["assigned", "Assigned", "When an operator gets it"],
  ["transferred", "Transferred", "When it goes to somebody else"],
  ["no_answer", "Late answer", "When the operator takes long"],
  ["closing_soon", "Closing soon", "Before it closes by itself"],
  ["closed", "Closed", "When it is closed"],
  ["rating", "Rating", "After the close: asks for a score from 1 to 5"],
  ["rated", "Thanks", "When the customer has given a score"],
];

const choices = (...pairs) => pairs.map(([value, text]) => ({ value, text }));

const STRATEGIES = choices(
  ["longest_idle", "Longest idle"],
  ["least_busy", "Fewest conversations"],
  ["round_robin", "One after the other"],
  ["most_qualified", "Best qualified"],
  ["least_qualified", "Least qualified"],
);

/** Groups of fields: [name, kind, label, hint, choices]; queues, hours, people and groups are known only when the form opens. */
export const GROUPS = [
  ["Who waits, and how long", [
    ["limit", "number", "Limit", "The most conversations that wait at once. Empty: no limit."],
    ["on_overflow", "choice", "When the limit is reached", "Closing sends the text “Queue full”. Transfers are refused in any case.",
      choices(["close", "Close"], ["transfer", "Ask the next queue"])],
    ["max_wait_seconds", "number", "Longest wait, in seconds", "Empty: as long as it takes."],
    ["on_max_wait", "choice", "After the longest wait", "In the next queue it goes to the end.",
      choices(["close", "Close"], ["transfer", "Send to the next queue"])],
    ["next_queue_id", "queues", "Next queue", "For both."],
  ]],
  ["When nobody is there", [
    ["hold_when_nobody", "check", "Let them wait while nobody is ready", "Off: new ones get the text “Nobody there” and are closed."],
    ["business_hours_id", "hours", "Business hours", "When the queue is open."],
    ["on_out_of_hours", "choice", "Out of hours", "In any case with the text “Out of hours”.", choices(["hold", "Let them wait"], ["close", "Close"])],
  ]],
  ["Who gets the next one", [
    ["operator_ids", "people", "Operators", "They see who waits here, and get conversations when they are ready."],
    ["group_ids", "groups", "Groups", "All operators of a group belong to the queue."],
    ["strategy", "choice", "Which operator", "Of those who are ready and have room. Idle: without a new conversation.", STRATEGIES],
    ["skills", "list", "Skills that count", "Separated by commas; for best and least qualified."],
    ["capacity", "number", "Capacity", "The most conversations one operator has at once, unless they have a number of their own."],
    ["sticky", "check", "The operator of last time comes first", "If they are ready and have room."],
  ]],
];

export const TIMES = [
  ["repeat_wait_text_seconds", "number", "Send “Waiting” every … seconds", "Empty: never."],
  ["no_answer_seconds", "number", "Send “Late answer” after … seconds", "Without an answer of the operator. Empty: never."],
];

const ALL = [...GROUPS.flatMap(([, fields]) => fields), ...TIMES];

/** The kind of a setting by its name. */
export const KINDS = new Map(ALL.map(([name, kind]) => [name, kind]));
/** Settings that are lists of ids, a box to tick for each. */
export const LISTS_OF_IDS = ALL.filter(([, kind]) => kind === "people" || kind === "groups").map(([name]) => name);
export const NUMBERS = ALL.filter(([, kind]) => kind === "number").map(([name]) => name);
