"""The web chat's widget, sockets and files."""
