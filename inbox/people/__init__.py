"""Workspaces, operators and programs: who they are, how they sign in, what they may see."""
