"""The event stream over WebSocket and polling."""
