"""Files: what customers send and operators upload, kept apart from the messages that name them."""
