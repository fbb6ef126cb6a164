"""From a recipient's row to a message in the outbox, and the last check before it is sent."""
