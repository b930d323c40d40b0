"""Who and which chat a name in an archive means."""
