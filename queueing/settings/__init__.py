"""Queues, groups, statuses and hours as people set them."""
