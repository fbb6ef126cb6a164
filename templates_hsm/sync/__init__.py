"""Keeps the stored templates in step with Meta."""
