"""The commands of `gateway`: one module each, loaded when it is called."""
