"""Segments: customers who have something in common, by a filter under a name. See docs/segments.md."""
