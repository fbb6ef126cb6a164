"""What a queue is: its settings, the rules of entering, and its state at a moment."""
