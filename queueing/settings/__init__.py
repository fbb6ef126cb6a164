"""Queues, groups, statuses and business hours: stored, checked, removed."""
