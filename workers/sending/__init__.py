"""Sending what waits, and telling providers of small things."""
