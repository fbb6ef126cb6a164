"""A campaign's recipients: reading the list, freezing it, giving it up."""
