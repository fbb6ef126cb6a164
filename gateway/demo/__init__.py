"""The demo: what it starts, what it is filled with, what it tells."""
