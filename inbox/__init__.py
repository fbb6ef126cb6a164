"""The centre: what a conversation, message and contact is, and what may happen to it."""
