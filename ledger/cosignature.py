"""Cosignatures (C2SP tlog-cosignature, the Ed25519 kind): what a witness says of a checkpoint, and when it said so.

A witness signs the text of a checkpoint behind two lines of its own:

    cosignature/v1\\n
    time <Unix seconds>\\n
    <the text of the checkpoint, extension lines and all>

Its line under the note holds the time (8 bytes, big-endian) and the signature (64 bytes). Its key is of a kind of its
own (type 04), so that no key of a log passes for one of a witness, nor the other way round. The kind of post-quantum
keys (type 06, ML-DSA-44) is not spoken here.
"""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.errors import Malformed, ProofInvalid
from ledger.note import MAX_SIGNATURES, Note, Signature, check_name, check_public, key_id_of, parse_key

MAX_TIME: Final = 2**63 - 1
"""The latest time of a cosignature, in Unix seconds."""

_KIND: Final = b"\x04"
_PRIVATE: Final = "PRIVATE+KEY+"
_TIME_BYTES: Final = 8
_SIGNATURE_BYTES: Final = _TIME_BYTES + 64


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """The name and the Ed25519 public key (32 bytes) of a witness."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        check_public(self.public)

    @property
    def key_id(self) -> bytes:
        """SHA-256(name ‖ 0A ‖ 04 ‖ public key)[:4]."""
        return key_id_of(self.name, _KIND, self.public)

    def format(self) -> str:
        """`name+id+base64(04 ‖ public key)`, one line without newline."""
        return f"{self.name}+{self.key_id.hex()}+{_base64(_KIND + self.public)}"

    @classmethod
    def parse(cls, text: str) -> "WitnessKey":
        """The key whose text is exactly this; raises Malformed."""
        name, key_id, data = parse_key(text, _KIND)
        key = cls(name, data)
        if key.key_id.hex() != key_id:
            raise Malformed("the key's id does not belong to its name and key")
        return key

    def is_of(self, signature: Signature) -> bool:
        """Whether a signature line names this key."""
        return (signature.name, signature.key_id) == (self.name, self.key_id)

    def check_cosignature(self, text: bytes, signature: Signature) -> int:
        """Holds a cosignature against this key and the text of its checkpoint, and returns its time (Unix seconds).

        Raises ProofInvalid.
        """
        if not self.is_of(signature):
            raise ProofInvalid(f"{signature.name}+{signature.key_id.hex()} is not the key {self.format()}")
        at = int.from_bytes(signature.signature[:_TIME_BYTES], "big")
        if len(signature.signature) != _SIGNATURE_BYTES or at > MAX_TIME:
            raise ProofInvalid(f"what {self.name}+{self.key_id.hex()} signed is not a time and a signature")
        try:
            key = Ed25519PublicKey.from_public_bytes(self.public)
            key.verify(signature.signature[_TIME_BYTES:], cosigned_message(text, at))
        except InvalidSignature:
            raise ProofInvalid(f"the cosignature by {self.name}+{self.key_id.hex()} does not hold") from None
        return at


@dataclass(frozen=True, slots=True)
class CosigningKey:
    """The name of a witness and the 32-byte seed of its key; the seed is a secret and is not shown by repr."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.seed) != 32:
            raise Malformed("the seed of an Ed25519 key is 32 bytes")

    @classmethod
    def generate(cls, name: str) -> "CosigningKey":
        """A new key of this name."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def verifier(self) -> WitnessKey:
        """The public half."""
        return WitnessKey(self.name, self._key().public_key().public_bytes_raw())

    def format(self) -> str:
        """`PRIVATE+KEY+name+id+base64(04 ‖ seed)`, to be kept secret."""
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{_base64(_KIND + self.seed)}"

    @classmethod
    def parse(cls, text: str) -> "CosigningKey":
        """The key whose private text is exactly this; raises Malformed."""
        if not text.startswith(_PRIVATE):
            raise Malformed("not a private key")
        name, key_id, data = parse_key(text.removeprefix(_PRIVATE), _KIND)
        key = cls(name, data)
        if key.verifier.key_id.hex() != key_id:
            raise Malformed("the key's id does not belong to its name and key")
        return key

    def cosign(self, text: bytes, at: int) -> Signature:
        """This witness's cosignature under the text of a checkpoint, at a time in Unix seconds."""
        if not 0 <= at <= MAX_TIME:
            raise AssertionError(f"{at} is no time of a cosignature")
        signed = self._key().sign(cosigned_message(text, at))
        return Signature(self.name, self.verifier.key_id, at.to_bytes(_TIME_BYTES, "big") + signed)

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


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


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
