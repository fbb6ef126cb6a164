"""What messages cost: the ledger, rate cards, costs, budgets. See docs/money.md."""
