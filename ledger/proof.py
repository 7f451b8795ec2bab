"""The .tlog-proof file (C2SP tlog-proof): all that is needed to check an entry without asking anybody.

c2sp.org/tlog-proof@v1\\n
extra base64\\n              (only if there is any; nobody has signed it)
index decimal\\n
base64(hash)\\n              (none or more, from the leaf's sibling up)
\\n
the checkpoint, a signed note, as it was served
"""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from ledger.checkpoint import Checkpoint, open_checkpoint, parse_decimal
from ledger.errors import Malformed
from ledger.merkle import HASH_SIZE, MAX_SIZE, check_inclusion, hash_leaf
from ledger.note import Note, VerifierKey, decode_base64

_HEADER = "c2sp.org/tlog-proof@v1"
_BOX_HEADER = b"isegoria/box-proof@v1\n"
_MAX_HASHES = 63


@dataclass(frozen=True, slots=True)
class ProofFile:
    """The place of an entry, the hashes (32 bytes each) from it up to a root, and the signed checkpoint of that root.

    `extra` goes along unsigned: believe nothing of it that the proof does not show.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes = b""

    def __post_init__(self) -> None:
        _check_path(self.index, self.hashes)
        Checkpoint.parse(Note.parse(self.checkpoint).text)

    def format(self) -> bytes:
        """The file's bytes."""
        extra = f"extra {b64encode(self.extra).decode()}\n" if self.extra else ""
        return f"{_HEADER}\n{extra}".encode() + _format_path(self.index, self.hashes) + self.checkpoint

    @classmethod
    def parse(cls, data: bytes) -> "ProofFile":
        """The file whose bytes are exactly these; raises Malformed."""
        head, found, checkpoint = data.partition(b"\n\n")
        if not found:
            raise Malformed("no checkpoint after an empty line")
        lines = _ascii_lines(head)
        if lines.pop(0) != _HEADER:
            raise Malformed(f"a proof begins with {_HEADER}")
        extra = decode_base64(lines.pop(0).removeprefix("extra ")) if lines and lines[0].startswith("extra ") else None
        if extra == b"":
            raise Malformed("an empty extra line is left out")
        index, hashes = _parse_path(lines)
        return cls(index, hashes, checkpoint, extra or b"")


@dataclass(frozen=True, slots=True)
class BoxProof:
    """The place of an entry in a smaller log, and the proof of the ledger's entry that seals that log.

    `sealed` has the sealing entry as its `extra`. What that says of the smaller log's size and root is for whoever
    knows entries to read.

        isegoria/box-proof@v1\\n
        index decimal\\n
        base64(hash)\\n        (none or more, from the leaf's sibling up to the sealed root)
        \\n
        the .tlog-proof file of the sealing entry
    """

    index: int
    hashes: tuple[bytes, ...]
    sealed: ProofFile

    def __post_init__(self) -> None:
        _check_path(self.index, self.hashes)
        if not self.sealed.extra:
            raise Malformed("the sealing entry is missing")

    def format(self) -> bytes:
        """The file's bytes."""
        return _BOX_HEADER + _format_path(self.index, self.hashes) + self.sealed.format()

    @classmethod
    def parse(cls, data: bytes) -> "BoxProof":
        """The file whose bytes are exactly these; raises Malformed."""
        head, found, sealed = data.removeprefix(_BOX_HEADER).partition(b"\n\n")
        if not found or not data.startswith(_BOX_HEADER):
            raise Malformed("not a proof of a place in a box")
        index, hashes = _parse_path(_ascii_lines(head))
        return cls(index, hashes, ProofFile.parse(sealed))


def check_proof(
    entry: bytes, proof: ProofFile, known: Iterable[VerifierKey], *, origin: str | None = None
) -> Checkpoint:
    """Holds an entry and its proof against a checkpoint that known keys have signed, and returns that checkpoint.

    What it shows: whoever holds one of these keys has said that the entry is in this log at `proof.index`. `origin` is
    as in `open_checkpoint`. Raises Malformed or ProofInvalid.
    """
    checkpoint = open_checkpoint(proof.checkpoint, known, origin=origin)
    check_inclusion(hash_leaf(entry), proof.index, checkpoint.size, checkpoint.root, proof.hashes)
    return checkpoint


def _check_path(index: int, hashes: tuple[bytes, ...]) -> None:
    if not 0 <= index <= MAX_SIZE:
        raise Malformed(f"no entry is number {index}")
    if len(hashes) > _MAX_HASHES or any(len(one) != HASH_SIZE for one in hashes):
        raise Malformed("a proof has up to 63 hashes of 32 bytes")


def _format_path(index: int, hashes: tuple[bytes, ...]) -> bytes:
    """The line of the index, those of the hashes, and the empty line after them."""
    return "".join([f"index {index}\n", *(f"{b64encode(one).decode()}\n" for one in hashes), "\n"]).encode()


def _parse_path(lines: list[str]) -> tuple[int, tuple[bytes, ...]]:
    if not lines or not lines[0].startswith("index "):
        raise Malformed("the index is missing")
    return parse_decimal(lines[0].removeprefix("index ")), tuple(decode_base64(line) for line in lines[1:])


def _ascii_lines(head: bytes) -> list[str]:
    try:
        return head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise Malformed("a proof is ASCII up to its checkpoint") from None
