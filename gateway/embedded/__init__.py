"""MongoDB and Redis below a directory of the user: for the demo, for tests, and for a first try of production."""
