"""Provider emulators: the messengers' own servers, as far as the gateway can see them.

An independent witness in tests: nothing here imports the rest of the project. Nothing is
kept on disk; numbers and templates come from the configuration file, everything else is
gone after a restart.
"""
