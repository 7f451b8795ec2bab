"""Timelines and the published ranking formulas."""
