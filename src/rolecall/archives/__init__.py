"""Archives as files: folders, zips and what lies in them, and the rows that sources read from them."""
