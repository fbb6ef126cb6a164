"""What a template is, and which values fit it."""
