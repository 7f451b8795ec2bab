"""Cosignatures (C2SP tlog-cosignature, the Ed25519 kind): what a witness says of a checkpoint, and when it said so.

A witness signs the text of a checkpoint behind two lines of its own:

    cosignature/v1\\n
    time <Unix seconds>\\n
    <the text of the checkpoint, extension lines and all>

Its line under the note holds the time (8 bytes, big-endian) and the signature (64 bytes). Its key is of a kind of its
own (type 04), so that no key of a log passes for one of a witness, nor the other way round. The kind of post-quantum
keys (type 06, ML-DSA-44) is not spoken here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ledger.errors import ProofInvalid
from ledger.note import MAX_SIGNATURES, Note, PrivateKey, PublicKey, Signature

MAX_TIME: Final = 2**63 - 1
"""The latest time of a cosignature, in Unix seconds."""

_KIND: Final = b"\x04"
_TIME_BYTES: Final = 8
_SIGNATURE_BYTES: Final = _TIME_BYTES + 64


@dataclass(frozen=True, slots=True)
class WitnessKey(PublicKey):
    """The public key of a witness (type 04)."""

    KIND = _KIND

    def check_cosignature(self, text: bytes, signature: Signature) -> int:
        """Holds a cosignature against this key and the text of its checkpoint, and returns its time (Unix seconds).

        Raises ProofInvalid.
        """
        if not self.is_of(signature):
            raise ProofInvalid(f"{signature.name}+{signature.key_id.hex()} is not the key {self.format()}")
        at = int.from_bytes(signature.signature[:_TIME_BYTES], "big")
        if len(signature.signature) != _SIGNATURE_BYTES or at > MAX_TIME:
            raise ProofInvalid(f"what {self.name}+{self.key_id.hex()} signed is not a time and a signature")
        if not self.holds(signature.signature[_TIME_BYTES:], cosigned_message(text, at)):
            raise ProofInvalid(f"the cosignature by {self.name}+{self.key_id.hex()} does not hold")
        return at


@dataclass(frozen=True, slots=True)
class CosigningKey(PrivateKey):
    """The private key of a witness (type 04)."""

    KIND = _KIND

    @property
    def verifier(self) -> WitnessKey:
        """The public half."""
        return WitnessKey(self.name, self.public)

    def cosign(self, text: bytes, at: int) -> Signature:
        """This witness's cosignature under the text of a checkpoint, at a time in Unix seconds."""
        if not 0 <= at <= MAX_TIME:
            raise AssertionError(f"{at} is no time of a cosignature")
        signed = self.signature_of(cosigned_message(text, at))
        return Signature(self.name, self.key_id, at.to_bytes(_TIME_BYTES, "big") + signed)


def cosigned_message(text: bytes, at: int) -> bytes:
    """What a witness signs: two lines of its own, and the whole text of the checkpoint."""
    return f"cosignature/v1\ntime {at}\n".encode() + text


def read_cosignatures(note: Note, known: Iterable[WitnessKey]) -> dict[WitnessKey, int]:
    """The known witnesses that have cosigned a note, each with its latest time (Unix seconds).

    A cosignature by a known witness that does not hold raises ProofInvalid, as a signature of a note does; lines of
    others are passed over. Nothing is said of the log's own signature: that is for `open_checkpoint`.
    """
    keys = {(key.name, key.key_id): key for key in known}
    cosigned: dict[WitnessKey, int] = {}
    for one in note.signatures:
        by = keys.get((one.name, one.key_id))
        if by is not None:
            cosigned[by] = max(by.check_cosignature(note.text, one), cosigned.get(by, 0))
    return cosigned


def join_lines(note: bytes, lines: Iterable[str]) -> bytes:
    """A note with further signature lines under it, newlines included, as many as a note can have."""
    signed = Note.parse(note)
    more = [Signature.parse(line) for line in lines]
    return Note(signed.text, (*signed.signatures, *more)[:MAX_SIGNATURES]).format()
