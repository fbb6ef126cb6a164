"""Mails to the people of a workspace, by its own SMTP server."""
