"""Erasure: what is known of a person, or of a whole workspace, is taken away wherever the system keeps it."""
