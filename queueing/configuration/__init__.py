"""A workspace's configuration as one document: exported, held against another one, imported as a whole."""
