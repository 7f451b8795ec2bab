"""What a log asks of a witness, and what the witness answers (C2SP tlog-witness, `add-checkpoint`).

    old <size>\\n
    base64(hash)\\n              (none or more: from the old size to the checkpoint's)
    \\n
    the checkpoint, a signed note

A witness remembers of each log the last checkpoint that it cosigned. It cosigns another only if that one continues it:
this is what nobody who runs a log alone can fake. Who asks must name the size that the witness remembers; if they do
not, the witness tells it, and they ask again.
"""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ledger.checkpoint import Checkpoint, parse_decimal
from ledger.errors import LedgerError, Malformed, ProofInvalid
from ledger.merkle import HASH_SIZE, MAX_SIZE, check_consistency
from ledger.note import Signature, VerifierKey, decode_base64, open_note

MAX_REQUEST: Final = 128 * 1024
"""The longest request and the longest answer that are read, in bytes: 63 hashes and 16 signatures of any known kind."""

SIZE_TYPE: Final = "text/x.tlog.size"
"""The content type of an answer that names the size which the witness remembers."""

_MAX_HASHES: Final = 63
_MAX_LINES: Final = 100


class SizeConflict(LedgerError):
    """The witness remembers another size than the one it was asked to go on from: `size`."""

    def __init__(self, size: int) -> None:
        super().__init__(f"the last checkpoint cosigned has {size} entries")
        self.size = size


class RootConflict(LedgerError):
    """The log has shown the witness two roots for one size."""


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request: the checkpoint (a signed note), and the proof (hashes of 32 bytes) that it continues size `old`."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.old <= MAX_SIZE:
            raise Malformed(f"no log has {self.old} entries")
        if len(self.proof) > _MAX_HASHES or any(len(one) != HASH_SIZE for one in self.proof):
            raise Malformed("a proof has up to 63 hashes of 32 bytes")
        if not self.checkpoint.endswith(b"\n"):
            raise Malformed("a checkpoint ends in a newline")

    def format(self) -> bytes:
        """The body of the request."""
        hashes = "".join(f"{b64encode(one).decode()}\n" for one in self.proof)
        return f"old {self.old}\n{hashes}\n".encode() + self.checkpoint

    @classmethod
    def parse(cls, body: bytes) -> "AddCheckpoint":
        """The request whose body is exactly this; raises Malformed. Nothing in it is believed yet."""
        if len(body) > MAX_REQUEST:
            raise Malformed(f"a request of more than {MAX_REQUEST} bytes is not read")
        head, found, checkpoint = body.partition(b"\n\n")
        if not found:
            raise Malformed("no checkpoint after an empty line")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            raise Malformed("a request is ASCII up to its checkpoint") from None
        old = lines.pop(0)
        if not old.startswith("old "):
            raise Malformed("a request begins with old and a size")
        if len(lines) > _MAX_HASHES:
            raise Malformed("a proof has up to 63 hashes of 32 bytes")
        return cls(parse_decimal(old.removeprefix("old ")), tuple(decode_base64(line) for line in lines), checkpoint)


def origin_of(request: AddCheckpoint) -> str:
    """The log that the checkpoint names, which nobody has vouched for yet; raises Malformed."""
    try:
        return request.checkpoint.split(b"\n", 1)[0].decode()
    except UnicodeDecodeError:
        raise Malformed("an origin is UTF-8") from None


def open_submitted(request: AddCheckpoint, known: Iterable[VerifierKey]) -> Checkpoint:
    """The checkpoint of a request, signed by known keys of its log.

    Raises ProofInvalid where none has signed (a note that cannot be read is signed by nobody), Malformed where what was
    signed is no checkpoint, or none that continues `old`. Extension lines, which logs elsewhere may write, are let
    pass: a witness cosigns them and says nothing of them.
    """
    try:
        text = open_note(request.checkpoint, known).text
    except Malformed as error:
        raise ProofInvalid(f"no signed note: {error}") from None
    lines = text.split(b"\n")
    if b"" in lines[3:-1]:
        raise Malformed("an extension line is not empty")
    checkpoint = Checkpoint.parse(b"\n".join([*lines[:3], b""]))
    if request.old > checkpoint.size:
        raise Malformed(f"a checkpoint of {checkpoint.size} entries does not continue one of {request.old}")
    return checkpoint


def check_submitted(request: AddCheckpoint, checkpoint: Checkpoint, seen: Checkpoint | None) -> None:
    """Whether a witness that last cosigned `seen` of this log (None: nothing yet) may cosign its checkpoint.

    Raises SizeConflict, RootConflict, or ProofInvalid where the proof does not lead from the one to the other.
    """
    size = 0 if seen is None else seen.size
    if request.old != size:
        raise SizeConflict(size)
    if seen is None or size == 0:
        if request.proof:
            raise ProofInvalid("the proof from size 0 is empty")
        return
    if checkpoint.size == size and checkpoint.root != seen.root:
        raise RootConflict(f"two roots for the size {size} of {checkpoint.origin}")
    check_consistency(size, seen.root, checkpoint.size, checkpoint.root, request.proof)


def parse_answer(body: bytes) -> list[Signature]:
    """The signature lines that a witness answers with, one or more; raises Malformed."""
    try:
        lines = body.decode().split("\n")
    except UnicodeDecodeError:
        raise Malformed("an answer is UTF-8") from None
    if lines.pop() or not lines or len(lines) > _MAX_LINES:
        raise Malformed("an answer is one to 100 signature lines")
    return [Signature.parse(f"{line}\n") for line in lines]


def format_size(size: int) -> bytes:
    """The body of an answer that names a size."""
    return f"{size}\n".encode()


def parse_size(body: bytes) -> int:
    """The size that the body of an answer names; raises Malformed."""
    try:
        text = body.decode("ascii")
    except UnicodeDecodeError:
        raise Malformed("a size is ASCII") from None
    if not text.endswith("\n"):
        raise Malformed("a size ends in a newline")
    return parse_decimal(text.removesuffix("\n"))
