"""Outgoing webhooks: events become deliveries, and deliveries are posted."""
