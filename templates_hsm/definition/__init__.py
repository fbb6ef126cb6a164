"""What a template is: its parts, Meta's limits, whether it can be sent."""
