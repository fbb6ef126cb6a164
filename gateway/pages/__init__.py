"""Pages of our own: the reference inbox and the API's documentation."""
