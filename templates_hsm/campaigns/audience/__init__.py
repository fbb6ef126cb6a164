"""A campaign's recipients: reading the uploaded list, freezing it, deleting it."""
