"""The way out: accepting messages, the outbox, recording attempts."""
