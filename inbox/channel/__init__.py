"""Connected messenger accounts: their settings, their secrets, finding them."""
