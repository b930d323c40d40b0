"""Sources: one file for each kind of chat archive."""
