"""Pages of our own: the operators' workplace and the API's documentation."""
