"""Checking a training file, from here or from anywhere."""
