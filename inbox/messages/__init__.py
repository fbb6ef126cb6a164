"""Reading messages: threads, attempts, look-up by provider's id, and the templates of texts."""
