"""Bots are told that it is their turn, and lose it when time has passed."""
