"""Asking the auditor, and reading its answer."""

from collections.abc import Mapping
from pathlib import Path

from app.auditor import Question, Report, Seen, run_audit
from app.clock import SetClock
from governance.audit import Row
from ledger.note import VerifierKey
from tests.audit.publishing import SIGNER, publish, write
from tests.governance.world import World


def audit(
    what: World | Mapping[str, bytes],
    folder: Path,
    *,
    key: VerifierKey | None = SIGNER.verifier,
    since: int = 0,
    at: int | None = None,
    seen: tuple[Seen, ...] = (),
) -> Report:
    """The audit of a world, or of files, in a folder; open dates are judged at the world's own time."""
    now = what.now if isinstance(what, World) else at
    write(publish(what) if isinstance(what, World) else what, folder)
    question = Question(where=str(folder), key=key, since=since, at=at, seen=seen)
    return run_audit(question, SetClock(now or 2**42), lambda _what, _done, _total: None)


def row(report: Report, check: str) -> Row:
    """What became of a check."""
    return next(row for row in report.checks if row.id == check)


def violated(report: Report) -> dict[str, tuple[int, ...]]:
    """The checks that found a violation, each with the entries."""
    return {row.id: row.entries for row in report.checks if row.result == "violated"}


def unverified(report: Report) -> set[str]:
    """The checks that could not be made to their end."""
    return {row.id for row in report.checks if row.result == "unverified"}
