"""Campaigns as values: fields, states, rules without I/O."""
