"""Pages for people, and the same values as JSON for programs: one module a noun."""
