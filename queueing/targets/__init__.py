"""Targets for answers: when one is due, who is told, and what became of each wait."""
