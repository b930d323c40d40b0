"""Formats: one file for each way to write examples."""
