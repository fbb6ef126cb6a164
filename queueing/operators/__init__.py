"""Operators: their accounts, statuses and presence."""
