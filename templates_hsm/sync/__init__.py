"""Following the state of templates at Meta."""
