"""What the customer will see, and what is sent."""
