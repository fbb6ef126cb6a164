"""Bots: programs of the business that hold conversations before people do."""
