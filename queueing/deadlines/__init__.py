"""What time does to a conversation: warnings, closes, waiting texts."""
