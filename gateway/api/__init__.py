"""The REST API: a table of routes, and what makes HTTP of it."""
