"""The ledger's bytes: tree, tiles, notes, checkpoints, proofs, and how to read a log without believing it.

Only the standard library and `cryptography` are used, a leaf is opaque bytes, nothing here knows a clock, and only
`client` reads anything. docs/ledger-format.md is the same in words.
"""
