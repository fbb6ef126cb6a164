"""What the customer will see, and the content that is sent."""
