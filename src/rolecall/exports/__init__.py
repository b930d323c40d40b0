"""Datasets written to files, and the record of which message stands on which line."""
