"""Personas, recipes and datasets: made, described, counted; their examples are views."""
