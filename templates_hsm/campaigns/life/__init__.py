"""Campaigns from draft to end: made, changed, started, watched, stopped."""
