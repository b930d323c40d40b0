"""Texts: repaired, counted in tokens, their language told, spelt as slugs."""
