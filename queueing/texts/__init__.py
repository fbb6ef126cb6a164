"""Automatic texts: when one is said, in which words."""
