"""Turns of bots: what an answer must know, what it does, and what happens without one."""
