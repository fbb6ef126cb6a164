"""What is known of a customer, or of the whole workspace, as archives to take away."""
