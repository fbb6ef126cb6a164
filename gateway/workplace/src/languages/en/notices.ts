// English: what the browser shows while no page is open.

export default {
  says: {
    given: "A conversation was given to you",
    transferred: "A conversation was transferred to you",
    message: "A customer has written",
    due: "An answer is due soon",
    overdue: "An answer is overdue",
    snoozed: "A conversation you set aside is back",
    test: "This is how a notice looks",
  },
  other: "There is news in the inbox",
  channels: { whatsapp: "WhatsApp", telegram: "Telegram", webchat: "Web chat" },
  offline: "No connection",
  offline_text: "The workplace can’t be reached at the moment. Nothing is shown from an old copy.",
  again: "Try again",
};
