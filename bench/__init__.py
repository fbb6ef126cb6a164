"""The benchmark suite: `python -m bench` prints one table. Measures; asserts nothing."""
