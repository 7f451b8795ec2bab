"""Canonical JSON, written independently of the law's own encoder."""

import json

import msgspec


def canonical(value: msgspec.Struct) -> bytes:
    """Sorted keys, no spaces, UTF-8 as it is."""
    plain = msgspec.to_builtins(value)
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
