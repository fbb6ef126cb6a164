"""Outgoing webhooks: who wants to be told of which events, and what is still to be told."""
