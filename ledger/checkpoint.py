"""Checkpoints (C2SP tlog-checkpoint): what a log says it is, at one size, as the text of a signed note.

    origin\\n
    size\\n
    base64(root)\\n

Nothing follows: extension lines, which no monitor can check, are refused.
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from ledger.errors import Malformed, ProofInvalid
from ledger.merkle import EMPTY_ROOT, HASH_SIZE, MAX_SIZE
from ledger.note import SignerKey, VerifierKey, decode_base64, is_plain, open_note, sign


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log called `origin` has `size` entries and this root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not is_plain(self.origin):
            raise Malformed("an origin is a line of its own, without control characters")
        if not 0 <= self.size <= MAX_SIZE:
            raise Malformed(f"no log has {self.size} entries")
        if len(self.root) != HASH_SIZE:
            raise Malformed("a root is 32 bytes")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise Malformed("a log without entries has the root of the empty tree")

    def format(self) -> bytes:
        """The text, to be signed as a note."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n".encode()

    @classmethod
    def parse(cls, text: bytes) -> "Checkpoint":
        """The checkpoint whose text is exactly this; raises Malformed."""
        try:
            lines = text.decode().split("\n")
        except UnicodeDecodeError:
            raise Malformed("a checkpoint is UTF-8") from None
        if len(lines) != 4 or lines[3]:
            raise Malformed("a checkpoint is three lines")
        return cls(lines[0], parse_decimal(lines[1]), decode_base64(lines[2]))


def sign_checkpoint(checkpoint: Checkpoint, *signers: SignerKey) -> bytes:
    """The note of this checkpoint by each of the signers."""
    return sign(checkpoint.format(), *signers)


def open_checkpoint(note: bytes, known: Iterable[VerifierKey], *, origin: str | None = None) -> Checkpoint:
    """The checkpoint in a note that known keys have signed.

    Its origin must be `origin`, or, where none is given, the name of a known key that signed it: so a key that is known
    for one log does not vouch for another. Raises Malformed or ProofInvalid.
    """
    opened = open_note(note, known)
    checkpoint = Checkpoint.parse(opened.text)
    allowed = {key.name for key in opened.signed_by} if origin is None else {origin}
    if checkpoint.origin not in allowed:
        raise ProofInvalid(f"this is a checkpoint of {checkpoint.origin}, not of {' or '.join(sorted(allowed))}")
    return checkpoint


def parse_decimal(text: str) -> int:
    """The number from 0 to 2^63 - 1 whose ASCII decimal is exactly this; raises Malformed."""
    if re.fullmatch(r"0|[1-9][0-9]{0,18}", text) is None or int(text) > MAX_SIZE:
        raise Malformed("not a number without leading zeros below 2^63")
    return int(text)
