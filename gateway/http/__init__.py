"""What surrounds every request: limits, addresses, identity of requests, health and figures."""
