"""What things are: kinds, contents, states and rules over them, without I/O."""
