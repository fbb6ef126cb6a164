"""Helpers: programs of the business that suggest, translate, transcribe, summarise. See docs/helpers.md."""
