"""A commitment binds a field, a salt and a text, and tells nothing of them."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.commitment import SALT_SIZE, Opening, commit

SALT = bytes(range(32))
VECTORS = [
    ("reasons", SALT, "", "5338c2c0621c501346b2b264487f6e1b5342ab01b8b5f13f6d1d7d10bbf10cb3"),
    (
        "reasons",
        SALT,
        "It calls for nothing and threatens nobody.",
        "c98eeb4ce7191cac1ac95f6f3b2347f3fef0291665c78aab504cd0be9e0153c2",
    ),
    ("element/1", bytes(32), "Ἰσηγορία", "05e4686835b0c612c9d7ccb84212aaab79c8f872366a53a0789a912d2d044e53"),
    ("ballot/1042", b"\xff" * 32, "0", "76a4af3a0e4c8b28883c2dc16c597c3eda543d317f1926f41c9101de45e988f5"),
]


@pytest.mark.parametrize(("field", "salt", "text", "expected"), VECTORS)
def test_a_commitment_is_the_hash_that_the_format_says(field: str, salt: bytes, text: str, expected: str) -> None:
    """These vectors were computed apart from the program; every verifier must reach them."""
    assert expected == commit(field, salt, text.encode()).hex()
    assert expected == Opening(field, salt, text).commit().hash
    written = b"isegoria/commit/v1\x00" + field.encode() + b"\x00" + salt + text.encode()
    assert expected == sha256(written).hexdigest()


@given(st.binary(max_size=64).filter(lambda salt: len(salt) != SALT_SIZE))
def test_a_salt_has_32_bytes(salt: bytes) -> None:
    """A shorter one would let the text be guessed, a longer one shift into it."""
    with pytest.raises(AssertionError):
        commit("reasons", salt, b"text")


@given(st.text(), st.binary(min_size=32, max_size=32), st.text(), st.binary(min_size=32, max_size=32))
def test_another_salt_or_text_is_another_commitment(text: str, salt: bytes, other: str, pepper: bytes) -> None:
    """Equal commitments mean equal openings."""
    one, two = Opening("reasons", salt, text), Opening("reasons", pepper, other)
    assert (one == two) == (one.commit() == two.commit())
    assert Opening("reason", salt, text).commit().hash != one.commit().hash
