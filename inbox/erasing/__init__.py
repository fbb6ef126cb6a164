"""Erasure: what is known of a person is taken away wherever the system keeps it."""
