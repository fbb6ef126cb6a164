"""Who waits, who gets the next conversation, and what they are told meanwhile."""
