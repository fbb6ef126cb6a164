"""Campaigns: an approved template to many customers, each of whom gets it once."""
