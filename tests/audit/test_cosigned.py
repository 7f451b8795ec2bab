"""W1: what an audit says of the cosignatures under a checkpoint."""

from pathlib import Path

import pytest

from app.auditor import Question, run_audit
from app.clock import SetClock
from ledger.cosignature import CosigningKey, join_lines
from ledger.note import Note, Signature
from tests.audit.auditing import row
from tests.audit.publishing import SIGNER, publish, write
from tests.audit.stories import whole_life

WITNESS = CosigningKey("ann.example/w", b"a" * 32)
WORLD = whole_life()
FILES = publish(WORLD)
TEXT = Note.parse(FILES["ledger/checkpoint"]).text
SECONDS = WORLD.now // 1000


@pytest.mark.parametrize(
    ("lines", "code", "result"),
    [
        ([WITNESS.cosign(TEXT, SECONDS)], 0, "holds"),
        ([WITNESS.cosign(b"another\n", SECONDS)], 1, "violated"),
        ([WITNESS.cosign(TEXT, SECONDS + 301)], 2, "unverified"),
        ([], 2, "unverified"),
    ],
)
def test_a_cosignature_that_is_demanded(lines: list[Signature], code: int, result: str, tmp_path: Path) -> None:
    """One that does not hold is a violation; one that is missing, or of a time to come, is no proof."""
    note = join_lines(FILES["ledger/checkpoint"], [line.format() for line in lines])
    write(FILES | {"ledger/checkpoint": note}, tmp_path)
    question = Question(where=str(tmp_path), key=SIGNER.verifier, witnesses=(WITNESS.verifier,))
    report = run_audit(question, SetClock(WORLD.now), lambda _what, _done, _total: None)
    assert (code, result) == (report.exit, row(report, "W1").result)
