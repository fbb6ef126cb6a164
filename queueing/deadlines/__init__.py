"""What time does to a conversation: warnings, waiting texts, closes, the end of a wait, the return from who is gone."""
