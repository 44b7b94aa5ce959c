"""Numbers computed from the tables."""
