"""Events: written with each change, read as one ordered stream."""
