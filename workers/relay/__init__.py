"""The relay: from the change stream of events to Redis."""
