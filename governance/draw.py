"""The draw of a jury: from a seed that nobody chose alone to places of the register, the same for everybody.

The seed is made of what the square had committed to before anybody appealed, and of what the appellant typed. From it
come numbers without bias (a block of SHA-256 for each, what would favour small ones thrown away), and from these the
places, each once, as by a shuffle that stops when there are enough (Knuth, The Art of Computer Programming 2, 3.4.2 P).
"""

from collections.abc import Iterator
from hashlib import sha256

LABEL = b"isegoria/jury/v1\0"
WORD = 2**64


def seed_of(case: int, length: int, secret: bytes, nonce: bytes) -> bytes:
    """The seed (32 bytes) of a draw among the first `length` places; `secret` and `nonce` are 32 bytes each.

    SHA-256(LABEL ‖ case ‖ length ‖ secret ‖ nonce), both numbers as 8 bytes, big-endian.
    """
    return sha256(LABEL + case.to_bytes(8, "big") + length.to_bytes(8, "big") + secret + nonce).digest()


def places(seed: bytes, length: int) -> Iterator[int]:
    """All places in `[0, length)`, each once, in the order in which this seed draws them."""
    numbers = _words(seed)
    moved: dict[int, int] = {}
    for drawn in range(length):
        other = drawn + _below(numbers, length - drawn)
        yield moved.pop(other, other)
        if other != drawn:
            moved[other] = moved.pop(drawn, drawn)


def _words(seed: bytes) -> Iterator[int]:
    """Numbers in `[0, 2^64)`: the first 8 bytes of SHA-256(seed ‖ counter), the counter as 8 bytes, big-endian."""
    counter = 0
    while True:
        yield int.from_bytes(sha256(seed + counter.to_bytes(8, "big")).digest()[:8], "big")
        counter += 1


def _below(numbers: Iterator[int], bound: int) -> int:
    """The next number in `[0, bound)`; numbers beyond the last whole multiple of the bound are passed over."""
    limit = WORD - WORD % bound
    return next(number for number in numbers if number < limit) % bound
