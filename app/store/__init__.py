"""The two databases, their tables, and one module of queries a noun."""
