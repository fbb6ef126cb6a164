"""The second process: arq wake-ups and sweeps that do what is due."""
