"""Files that appear whole or not at all, temporary ones, and the hash of a file."""
