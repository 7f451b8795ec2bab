"""Commitments: how a text is bound into an entry without standing in it.

`SHA-256("isegoria/commit/v1\\0" ‖ field ‖ 00 ‖ salt ‖ value)`, the salt 32 fresh random bytes for each field
of each entry. Deleting the opening (salt and value) forgets the text; the tree and all proofs stay.
"""

from hashlib import sha256

from msgspec import Struct

from governance.acts.words import Commit

SALT_SIZE = 32
_PREFIX = b"isegoria/commit/v1\0"


class Opening(Struct, frozen=True, gc=False):
    """What opens a commitment: `salt` 32 bytes, `value` the text itself."""

    field: str
    salt: bytes
    value: str

    def commit(self) -> Commit:
        """The commitment that this opens."""
        return Commit(self.field, commit(self.field, self.salt, self.value.encode()).hex())


def commit(field: str, salt: bytes, value: bytes) -> bytes:
    """The 32 bytes of a commitment; the salt is exactly 32 bytes."""
    if len(salt) != SALT_SIZE:
        raise AssertionError("a salt is 32 bytes")
    return sha256(_PREFIX + field.encode() + b"\0" + salt + value).digest()
