// English: numbers that get no marketing.

export default {
  title: "Opt-outs",
  hint: "Numbers that get no marketing messages, also of people who are no contacts. They are kept as hashes alone: who is on the list can’t be shown.",
  add: "Opt numbers out",
  add_hint: "Contacts with these numbers are not written to by campaigns any more.",
  remove: "Take numbers off the list",
  remove_hint: "For numbers that were put on it by mistake. Who opted out on their own stays so: that is undone in the contact’s card.",
  numbers: "Phone numbers",
  numbers_hint: "With the country code, one a line or parted by commas: pasted from a spreadsheet, for instance.",
  reason: "Reason",
  reason_hint: "It stands in the audit log.",
  none: "Write at least one number.",
  taken: { one: "{n} number was taken.", other: "{n} numbers were taken." },
  refused: { one: "{n} could not be read: it stays in the field.", other: "{n} could not be read: they stay in the field." },
  not_read: "Numbers that could not be read",
  number: "Number",
  why: "What is wrong",
};
