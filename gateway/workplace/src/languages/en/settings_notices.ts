// English: notices.

export default {
  title: "Notices",
  hint: "What tells you while you look elsewhere. All of it holds for this browser alone.",
  open: "While the page is open",
  open_hint: "For messages in your conversations, conversations that are given to you, and answers that are due.",
  closed: "While the page is closed",
  closed_hint: "This browser tells you of news even when no page of the workplace is open, until you sign out. It shows what happened and on which channel; never what customers write.",
  is_on: "This browser tells you.",
  is_off: "This browser doesn’t tell you.",
  turn_on: "Turn on in this browser",
  turn_off: "Turn off",
  test: "Send a test notice",
  test_sent: "The notice should appear within seconds.",
  of: "Tell me of",
  kinds: {
    given: "conversations that are given to me",
    transferred: "conversations that are transferred to me",
    message: "messages in my conversations",
    due: "answers that are due soon",
    overdue: "answers that are overdue",
    snoozed: "conversations that I set aside",
  },
  unsupported: "This browser can’t do it. On an iPhone or iPad, add the page to the home screen first and open it from there.",
  insecure: "This works only where the page has an https address.",
  no_service: "The browser could not reach its push service: {why}",
};
