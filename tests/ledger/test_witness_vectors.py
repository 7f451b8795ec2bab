"""Checkpoints and proofs that a witness was shown, judged as the witness judged them (FiloSottile/torchwood)."""

import re
from base64 import b64decode
from pathlib import Path
from typing import NamedTuple

from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.errors import LedgerError, ProofInvalid
from ledger.merkle import check_consistency
from ledger.note import VerifierKey

SUMDB = VerifierKey.parse("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")


class Request(NamedTuple):
    """What a log sent to the witness, and the status of the answer."""

    old: int
    proof: list[bytes]
    note: bytes
    status: int


def requests(path: Path) -> list[Request]:
    """Every request of a recorded session."""
    form = r"^```\nold ([0-9]+)\n((?:[^\n]+\n)*)\n(.*?)```\nHTTP ([0-9]+)$"
    found = re.findall(form, path.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [
        Request(int(old), [b64decode(line) for line in proof.split()], note.encode(), int(status))
        for old, proof, note, status in found
    ]


def test_checkpoint_of_a_log_of_35_million_entries_opens(shared_data: Path) -> None:
    """The Go checksum database signs with a key of another name than its origin, which the reader must say."""
    (request,) = requests(shared_data / "ledger" / "witness" / "sumdb_add-checkpoint.hurl.txt")
    head = open_checkpoint(request.note, [SUMDB], origin="go.sum database tree")
    assert head.size == 35_225_469


def test_witness_would_have_judged_alike(shared_data: Path) -> None:
    """An unknown log or key, a proof that is missing or wrong, an older size than the one seen, and what is right."""
    path = shared_data / "ledger" / "witness" / "litewitness_add-checkpoint.hurl.txt"
    match = re.search(r"add-sigsum-log -key=([0-9a-f]{64})", path.read_text("utf-8"))
    assert match is not None
    asked = requests(path)
    origin = asked[0].note.split(b"\n")[0].decode()
    known = VerifierKey(origin, bytes.fromhex(match[1]))
    seen: Checkpoint | None = None
    answers = []
    for request in asked:
        status, head = judge(request, known, seen)
        answers.append(status)
        seen = head if status == 200 else seen
    assert [200, 403, 403, 422, 422, 200, 409, 200, 409] == [request.status for request in asked]
    assert [request.status for request in asked] == answers


def judge(request: Request, known: VerifierKey, seen: Checkpoint | None) -> tuple[int, Checkpoint | None]:
    """The status that a witness that has seen `seen` answers with."""
    try:
        head = open_checkpoint(request.note, [known])
    except LedgerError:
        return 403, None
    if request.old != (0 if seen is None else seen.size):
        return 409, None
    if seen is not None:
        try:
            check_consistency(seen.size, seen.root, head.size, head.root, request.proof)
        except ProofInvalid:
            return 422, None
    return 200, head
