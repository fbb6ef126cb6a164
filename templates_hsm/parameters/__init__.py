"""The values of a send: which ones a template needs, whether they fit, how they are written to Meta."""
