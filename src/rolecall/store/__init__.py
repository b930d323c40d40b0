"""The store: its engines, tables and views, statements, locks and names."""
