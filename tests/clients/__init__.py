"""Runs other people's client libraries against the emulators; `python -m tests.clients` prints what came of it."""
