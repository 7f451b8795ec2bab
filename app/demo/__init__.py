"""The demonstration: a square of few members whose terms are counted in minutes."""
