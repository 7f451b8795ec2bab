"""Checkpoints and proofs that a witness was shown, judged as the witness judged them (FiloSottile/torchwood)."""

import re
from pathlib import Path
from typing import NamedTuple

from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.errors import Malformed, ProofInvalid
from ledger.note import VerifierKey
from ledger.witness import AddCheckpoint, RootConflict, SizeConflict, check_submitted, open_submitted, origin_of

SUMDB = VerifierKey.parse("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")


class Asked(NamedTuple):
    """What a log sent to the witness, and the status of the answer."""

    body: bytes
    status: int


def requests(path: Path) -> list[Asked]:
    """Every request of a recorded session."""
    form = r"^```\n(old .*?)```\nHTTP ([0-9]+)$"
    found = re.findall(form, path.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [Asked(body.encode(), int(status)) for body, status in found]


def test_checkpoint_of_a_log_of_35_million_entries_opens(shared_data: Path) -> None:
    """The Go checksum database signs with a key of another name than its origin, which the reader must say."""
    (asked,) = requests(shared_data / "ledger" / "witness" / "sumdb_add-checkpoint.hurl.txt")
    request = AddCheckpoint.parse(asked.body)
    head = open_checkpoint(request.checkpoint, [SUMDB], origin="go.sum database tree")
    assert head.size == 35_225_469
    assert head == open_submitted(request, [SUMDB])


def test_witness_would_have_judged_alike(shared_data: Path) -> None:
    """An unknown log or key, a proof that is missing or wrong, an older size than the one seen, and what is right.

    The witness of that session answered 403 for an unknown log, which the specification has since made 404.
    """
    path = shared_data / "ledger" / "witness" / "litewitness_add-checkpoint.hurl.txt"
    match = re.search(r"add-sigsum-log -key=([0-9a-f]{64})", path.read_text("utf-8"))
    assert match is not None
    asked = requests(path)
    origin = asked[0].body.split(b"\n")[2].decode()
    known = VerifierKey(origin, bytes.fromhex(match[1]))
    seen: Checkpoint | None = None
    answers = []
    for one in asked:
        status, head = judge(one.body, known, seen)
        answers.append(status)
        seen = head if status == 200 else seen
    assert [200, 403, 403, 422, 422, 200, 409, 200, 409] == [one.status for one in asked]
    assert [200, 403, 404, 422, 422, 200, 409, 200, 409] == answers


def judge(body: bytes, known: VerifierKey, seen: Checkpoint | None) -> tuple[int, Checkpoint | None]:
    """The status that a witness that has seen `seen` answers with."""
    request = AddCheckpoint.parse(body)
    assert body == request.format()
    if origin_of(request) != known.name:
        return 404, None
    try:
        head = open_submitted(request, [known])
    except ProofInvalid:
        return 403, None
    except Malformed:
        return 400, None
    try:
        check_submitted(request, head, seen)
    except (SizeConflict, RootConflict):
        return 409, None
    except ProofInvalid:
        return 422, None
    return 200, head
