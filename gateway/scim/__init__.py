"""SCIM 2.0: a directory makes, changes and deactivates people and groups (RFC 7643, RFC 7644)."""
