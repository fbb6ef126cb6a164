"""What Meta would reject, found before it is submitted."""
