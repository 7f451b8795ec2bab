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
        if not 0 <= self.index <= MAX_SIZE:
            raise Malformed(f"no entry is number {self.index}")
        if len(self.hashes) > _MAX_HASHES or any(len(one) != HASH_SIZE for one in self.hashes):
            raise Malformed("a proof has up to 63 hashes of 32 bytes")
        Checkpoint.parse(Note.parse(self.checkpoint).text)

    def format(self) -> bytes:
        """The file's bytes."""
        extra = [f"extra {b64encode(self.extra).decode()}"] if self.extra else []
        hashes = [b64encode(one).decode() for one in self.hashes]
        return "\n".join([_HEADER, *extra, f"index {self.index}", *hashes, "\n"]).encode() + self.checkpoint

    @classmethod
    def parse(cls, data: bytes) -> "ProofFile":
        """The file whose bytes are exactly these; raises Malformed."""
        head, found, checkpoint = data.partition(b"\n\n")
        if not found:
            raise Malformed("no checkpoint after an empty line")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            raise Malformed("a proof is ASCII up to its checkpoint") from None
        if lines.pop(0) != _HEADER:
            raise Malformed(f"a proof begins with {_HEADER}")
        extra = decode_base64(lines.pop(0).removeprefix("extra ")) if lines and lines[0].startswith("extra ") else None
        if extra == b"":
            raise Malformed("an empty extra line is left out")
        if not lines or not lines[0].startswith("index "):
            raise Malformed("the index is missing")
        index = parse_decimal(lines.pop(0).removeprefix("index "))
        return cls(index, tuple(decode_base64(line) for line in lines), checkpoint, extra or b"")


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
