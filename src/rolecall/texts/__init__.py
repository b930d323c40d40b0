"""Texts: repaired, checked, counted in tokens, told by language, spelt as slugs; and times as texts."""
