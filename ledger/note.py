"""Signed notes (C2SP signed-note): a text, an empty line, and signature lines; keys, signing and opening.

A note is UTF-8 without control characters other than newline. Its signatures begin after the last empty line. A key is
found by its name and id together; a signature by a known key must hold or the whole note is refused, one by an unknown
key is passed over, and at least one known key must have signed. Only Ed25519 (type 01) is spoken here.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import ClassVar, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.errors import Malformed, ProofInvalid

MAX_NOTE = 1_000_000
"""The longest note that is read, in bytes."""

MAX_SIGNATURES = 100
"""The most signatures of one note that are read."""

_ED25519 = b"\x01"
_KINDS = {
    _ED25519: "an Ed25519 key",
    b"\x02": "an ECDSA key",
    b"\x04": "a witness's Ed25519 key",
    b"\x06": "a witness's ML-DSA-44 key",
}
_KEY_BYTES = 32
_MARK = "\N{EM DASH} "
_PRIVATE = "PRIVATE+KEY+"

_P = 2**255 - 19
_Y8 = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")
_LOW_ORDER = frozenset((0, 1, _P - 1, _Y8, _P - _Y8))


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the key's name, its id (4 bytes) and what it signed with."""

    name: str
    key_id: bytes
    signature: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.key_id) != 4 or not self.signature:
            raise Malformed("a signature is a key id of 4 bytes and something signed")

    def format(self) -> str:
        """The line, newline included."""
        return f"{_MARK}{self.name} {b64encode(self.key_id + self.signature).decode()}\n"

    @classmethod
    def parse(cls, line: str) -> "Signature":
        """The signature whose line, newline included, is exactly this; raises Malformed."""
        parts = line.removeprefix(_MARK).removesuffix("\n").split(" ")
        if not (line.startswith(_MARK) and line.endswith("\n") and len(parts) == 2):
            raise Malformed("not a signature line")
        data = decode_base64(parts[1])
        return cls(parts[0], data[:4], data[4:])


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A name and an Ed25519 public key (32 bytes) of one of the kinds that sign notes."""

    name: str
    public: bytes

    KIND: ClassVar[bytes]
    """The byte that tells a key of this kind from the others."""

    def __post_init__(self) -> None:
        check_name(self.name)
        check_public(self.public)

    @property
    def key_id(self) -> bytes:
        """SHA-256(name ‖ 0A ‖ kind ‖ public key)[:4]."""
        return key_id_of(self.name, self.KIND, self.public)

    def format(self) -> str:
        """`name+id+base64(kind ‖ public key)`, one line without newline."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(self.KIND + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key whose text is exactly this; raises Malformed."""
        name, key_id, data = parse_key(text, cls.KIND)
        key = cls(name, data)
        if key.key_id.hex() != key_id:
            raise Malformed("the key's id does not belong to its name and key")
        return key

    def is_of(self, signature: Signature) -> bool:
        """Whether a signature line names this key."""
        return (signature.name, signature.key_id) == (self.name, self.key_id)

    def holds(self, signed: bytes, text: bytes) -> bool:
        """Whether these 64 bytes are this key's signature of a text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signed, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A name and the 32-byte seed of an Ed25519 key; the seed is a secret and is not shown by repr."""

    name: str
    seed: bytes = field(repr=False)

    KIND: ClassVar[bytes]
    """The byte that tells a key of this kind from the others."""

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.seed) != _KEY_BYTES:
            raise Malformed("the seed of an Ed25519 key is 32 bytes")

    @classmethod
    def generate(cls, name: str) -> Self:
        """A new key of this name."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self._key().public_key().public_bytes_raw()

    @property
    def key_id(self) -> bytes:
        """The id of the public half."""
        return key_id_of(self.name, self.KIND, self.public)

    def format(self) -> str:
        """`PRIVATE+KEY+name+id+base64(kind ‖ seed)`, to be kept secret."""
        return f"{_PRIVATE}{self.name}+{self.key_id.hex()}+{b64encode(self.KIND + self.seed).decode()}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key whose private text is exactly this; raises Malformed."""
        if not text.startswith(_PRIVATE):
            raise Malformed("not a private key")
        name, key_id, data = parse_key(text.removeprefix(_PRIVATE), cls.KIND)
        key = cls(name, data)
        if key.key_id.hex() != key_id:
            raise Malformed("the key's id does not belong to its name and key")
        return key

    def signature_of(self, text: bytes) -> bytes:
        """The 64 bytes that sign a text."""
        return self._key().sign(text)

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class VerifierKey(PublicKey):
    """The key of a log (type 01): what a reader of notes must have from somewhere it trusts."""

    KIND = _ED25519

    def check_signature(self, text: bytes, signature: Signature) -> None:
        """Holds a signature against this key and the text of its note; raises ProofInvalid."""
        if not self.is_of(signature):
            raise ProofInvalid(f"{signature.name}+{signature.key_id.hex()} is not the key {self.format()}")
        if not self.holds(signature.signature, text):
            raise ProofInvalid(f"the signature by {self.name}+{self.key_id.hex()} does not hold")


@dataclass(frozen=True, slots=True)
class SignerKey(PrivateKey):
    """The private key of a log (type 01)."""

    KIND = _ED25519

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.public)

    def sign(self, text: bytes) -> Signature:
        """This key's signature under a note's text."""
        return Signature(self.name, self.key_id, self.signature_of(text))


@dataclass(frozen=True, slots=True)
class Note:
    """A text (UTF-8, ending in newline) and the signatures under it, none of which has been checked."""

    text: bytes
    signatures: tuple[Signature, ...]

    def format(self) -> bytes:
        """The note's bytes."""
        return self.text + b"\n" + "".join([one.format() for one in self.signatures]).encode()

    @classmethod
    def parse(cls, data: bytes) -> "Note":
        """The note whose bytes are exactly these; raises Malformed. Nothing in it is believed yet."""
        if len(data) > MAX_NOTE:
            raise Malformed(f"a note of more than {MAX_NOTE} bytes is not read")
        _check_text(data)
        text, found, signed = data.rpartition(b"\n\n")
        if not found or not signed:
            raise Malformed("no signatures after an empty line")
        lines = signed.decode().split("\n")[:-1]
        if len(lines) > MAX_SIGNATURES:
            raise Malformed(f"a note of more than {MAX_SIGNATURES} signatures is not read")
        return cls(text + b"\n", tuple(Signature.parse(line + "\n") for line in lines))


@dataclass(frozen=True, slots=True)
class OpenNote:
    """A note's text and the known keys whose signatures under it hold, at least one."""

    text: bytes
    signed_by: tuple[VerifierKey, ...]


def sign(text: bytes, *signers: SignerKey) -> bytes:
    """The note of this text signed by each of the signers; raises Malformed where the text cannot be a note's."""
    if not signers:
        raise AssertionError("a note has at least one signature")
    _check_text(text)
    return Note(text, tuple(signer.sign(text) for signer in signers)).format()


def open_note(data: bytes, known: Iterable[VerifierKey]) -> OpenNote:
    """The text of a note that known keys have signed.

    Raises Malformed for what is no note, ProofInvalid if any signature by a known key fails or there is none.
    """
    keys: dict[tuple[str, bytes], VerifierKey] = {}
    for key in known:
        if keys.setdefault((key.name, key.key_id), key) != key:
            raise ProofInvalid(f"two known keys are called {key.name}+{key.key_id.hex()}")
    note = Note.parse(data)
    signed_by: dict[VerifierKey, None] = {}
    for one in note.signatures:
        by = keys.get((one.name, one.key_id))
        if by is not None:
            by.check_signature(note.text, one)
            signed_by[by] = None
    if not signed_by:
        raise ProofInvalid("no known key has signed this note")
    return OpenNote(note.text, tuple(signed_by))


def check_name(name: str) -> None:
    """A key's name is not empty and has no space, plus or control character; raises Malformed."""
    if not is_plain(name) or any(char.isspace() or char == "+" for char in name):
        raise Malformed("a key's name is not empty and has no space, plus or control character")


def is_plain(text: str) -> bool:
    """Whether a text can be on a line of a note: not empty, no control characters, nothing that UTF-8 cannot say."""
    return bool(text) and not any(char < " " or "\ud800" <= char <= "\udfff" for char in text)


def decode_base64(text: str) -> bytes:
    """The bytes whose standard base64, padding included, is exactly this; raises Malformed."""
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        raise Malformed("not base64") from None
    if b64encode(data).decode() != text:
        raise Malformed("not the one way to write these bytes in base64")
    return data


def parse_key(text: str, kind: bytes) -> tuple[str, str, bytes]:
    """Name, id in hex and key material of a key written `name+id+base64(kind ‖ material)`; raises Malformed."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise Malformed("a key is written name+id+base64")
    name, key_id, coded = parts
    data = decode_base64(coded)
    if data[:1] != kind:
        raise Malformed(f"not {_KINDS[kind]} but {_KINDS.get(data[:1], 'a key of a kind that is not spoken here')}")
    return name, key_id, data[1:]


def key_id_of(name: str, kind: bytes, public: bytes) -> bytes:
    """SHA-256(name ‖ 0A ‖ kind ‖ public key)[:4]: by name and id together a key is found."""
    return sha256(name.encode() + b"\n" + kind + public).digest()[:4]


def check_public(public: bytes) -> None:
    """An Ed25519 public key is 32 bytes and binds its owner; raises Malformed."""
    if len(public) != _KEY_BYTES:
        raise Malformed("an Ed25519 key is 32 bytes")
    y = int.from_bytes(public, "little") & (1 << 255) - 1
    # Under a key of low order a signature holds for many texts, so nobody could be held to one.
    if y >= _P or y in _LOW_ORDER:
        raise Malformed("this Ed25519 key binds its owner to nothing")


def _check_text(text: bytes) -> None:
    if not text.endswith(b"\n"):
        raise Malformed("a note and its text end in a newline")
    if re.search(rb"[\x00-\x09\x0b-\x1f]", text):
        raise Malformed("a note has no control characters but newline")
    try:
        text.decode()
    except UnicodeDecodeError:
        raise Malformed("a note is UTF-8") from None
