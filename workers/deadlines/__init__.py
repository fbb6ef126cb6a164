"""What is due: closes, texts, windows."""
