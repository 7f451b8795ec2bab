"""The draw: everybody who knows the seed draws the same places, and no place is favoured."""

from collections import Counter
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.draw import places, seed_of


@given(st.binary(min_size=32, max_size=32), st.integers(0, 300))
def test_every_place_is_drawn_once(seed: bytes, length: int) -> None:
    """The whole order is one of the orders of all places."""
    assert list(range(length)) == sorted(places(seed, length))


@given(st.binary(min_size=32, max_size=32), st.integers(1, 200))
def test_the_draw_is_what_its_definition_says(seed: bytes, length: int) -> None:
    """The same told otherwise: a list from which a place is taken, the first of the rest put where it was."""
    drawn: list[int] = []
    rest, counter = list(range(length)), 0
    while len(drawn) < length:
        number = int.from_bytes(sha256(seed + counter.to_bytes(8, "big")).digest()[:8], "big")
        counter += 1
        left = length - len(drawn)
        if number >= 2**64 // left * left:
            continue
        at = len(drawn) + number % left
        rest[len(drawn)], rest[at] = rest[at], rest[len(drawn)]
        drawn.append(rest[len(drawn)])
    assert drawn == list(places(seed, length))


def test_the_seed_is_the_hash_of_all_four() -> None:
    """Byte for byte as POLICY and the design say."""
    secret, nonce = bytes(range(32)), bytes(range(32, 64))
    said = b"isegoria/jury/v1\0" + (1042).to_bytes(8, "big") + (300).to_bytes(8, "big") + secret + nonce
    assert sha256(said).digest() == seed_of(1042, 300, secret, nonce)


def test_a_known_draw() -> None:
    """What never changes: whoever draws with this seed, in whatever language, gets these places."""
    seed = seed_of(1042, 300, bytes(32), bytes(32))
    assert "1d28aa479e9f5228062285c1ecbf6cf6f88e360b43f3cfd725f0f257d1335137" == seed.hex()
    assert [27, 50, 289, 16, 167] == list(places(seed, 300))[:5]


@pytest.mark.parametrize("place", [0, 1, 4])
def test_no_place_is_favoured(place: int) -> None:
    """Over many seeds every one of five is drawn first, second and last about as often."""
    drawn = Counter(list(places(sha256(str(seed).encode()).digest(), 5))[place] for seed in range(3000))
    expected = 3000 / 5
    assert sum((drawn[one] - expected) ** 2 / expected for one in range(5)) < 23.5  # chi², 4 degrees, p = 0.0001
