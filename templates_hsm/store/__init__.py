"""Templates of a workspace: stored, shown, offered."""
