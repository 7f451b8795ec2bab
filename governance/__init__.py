"""The law of a square: pure functions over entries, the same in the service and in the auditor.

Nothing here knows a clock, randomness, the network or a table.
"""
