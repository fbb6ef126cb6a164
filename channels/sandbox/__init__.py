"""Provider emulators: the messengers' own servers, as far as the gateway can see them.

An independent witness in tests: nothing here imports the rest of the project. Numbers, bots and
templates come from the configuration file. With a state file the customers, and what the business has
not taken yet, outlive a restart; without one everything is gone.
"""
