"""Objects as the API and the events show them, and the events that carry them."""
