"""The way in: from a parsed event to a durable message, status or change."""
