// English: settings of what messages cost.

export default {
  rate_cards: {
    title: "Rate cards",
    hint: "What a message costs from a date on. Download the card in your account’s currency from Meta’s pricing page.",
    none: "There are none yet: what messages cost is not known until a card is uploaded above.",
    from: "From",
    currency: "Currency",
    all_channels: "All channels",
    markets: "Markets",
    uploaded: "Uploaded",
    upload: "Upload a card",
    upload_hint: "XLSX or CSV, as Meta’s files are. A card is not changed: a wrong one is replaced by uploading it again.",
    said_hint: "Needed where the file does not say it.",
    no_file: "Choose a file first.",
    read: { one: "The rates of {n} market were read.", other: "The rates of {n} markets were read." },
    row: "Row {row}",
  },
  budget: {
    title: "Budget for marketing",
    hint: "For marketing messages that are delivered in a calendar month.",
    spent: "{spent} of {amount} {currency} are spent in {month}.",
    unknown: { one: "{n} message has no price yet.", other: "{n} messages have no price yet." },
    amount: "A month",
    amount_hint: "As 250 or 99.50. Empty: no budget.",
    warn: "Warn at, in percent",
    stops: "Pause campaigns when it is spent",
    stops_hint: "Replies to customers never stop.",
  },
};
