"""Who is let into a queue and who gets the next conversation."""
