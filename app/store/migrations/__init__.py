"""Changes of the tables, one module each, applied in the order of their names and never edited once released."""
