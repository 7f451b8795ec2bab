"""What a copy says of itself: where it is from, how far it goes, and which boxes it has."""

import msgspec
from msgspec import Struct

from ledger.errors import Malformed

COPIED = "mirror.json"


class CopiedBox(Struct, frozen=True):
    """The box of a vote as far as it was copied; `published` says whether its openings and marks were, too."""

    size: int
    root: str
    published: bool = False


class Copied(Struct, frozen=True):
    """A copy of the ledger at `where`, of `size` entries with this root (hex); its boxes by the number of the vote.

    `charter` is the SHA-256 (hex) of the charter that the ledger was founded under.
    """

    where: str
    origin: str
    size: int
    root: str
    charter: str
    boxes: dict[int, CopiedBox] = {}


_copied = msgspec.json.Decoder(Copied)


def decode_copied(data: bytes) -> Copied:
    """What a file `mirror.json` says; raises Malformed."""
    try:
        return _copied.decode(data)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Malformed(f"{COPIED} is not what a copy says of itself: {error}") from error


def encode_copied(copied: Copied) -> bytes:
    """The bytes of a file `mirror.json`."""
    return msgspec.json.format(msgspec.json.encode(copied), indent=2) + b"\n"
