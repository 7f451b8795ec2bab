"""What an audit found, check by check, and what follows from it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from governance.acts.words import Act
from governance.audit.checks import CHECKS, Check

KEPT = 1_000
"""How many findings of a kind are kept for each check; beyond it they are counted."""

Kind = Literal["violation", "unverified", "overdue"]
Result = Literal["holds", "violated", "unverified", "not checked"]


class Finding(Struct, frozen=True):
    """One thing that was found.

    `violation`: the law was broken, or bytes are not what was signed. `unverified`: something needed was missing, so
    nothing is known. `overdue`: a date that passed without what was due, which breaks no law by itself. `entry` is the
    index in the ledger, -1 where no entry is concerned; `clause` is empty where no clause was cited.
    """

    check: str
    kind: Kind
    entry: int
    clause: str
    why: str


class Row(Struct, frozen=True):
    """What became of one check: how many of its unit were judged, what was found, how many openings were missing.

    `missing` are those that no entry erased, `erased` those that one did.
    """

    id: str
    version: int
    title: str
    definition: str
    result: Result
    judged: int
    unit: str
    violations: int
    unverified: int
    overdue: int
    missing: int
    erased: int
    entries: tuple[int, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]


class Findings:
    """Collects what an audit finds at or after entry `since`.

    A check holds only when `completed` was called, nothing was found against it, and nothing it needed was missing.
    """

    def __init__(self, since: int = 0) -> None:
        self.since = since
        self._kept: dict[tuple[str, Kind], list[Finding]] = {}
        self._counts: Counter[tuple[str, Kind]] = Counter()
        self._judged: Counter[str] = Counter()
        self._missing: Counter[str] = Counter()
        self._erased: Counter[str] = Counter()
        self._notes: dict[str, list[str]] = {}
        self._skipped: dict[str, str] = {}
        self._complete = False

    @property
    def complete(self) -> bool:
        """Whether everything was read to its end."""
        return self._complete

    def add(self, check: type[Check], kind: Kind, entry: int, why: str, clause: str = "") -> None:
        """Take down a finding, unless it lies before what is judged."""
        if not 0 <= entry < self.since:
            self.keep(check, kind, entry, why, clause)

    def keep(self, check: type[Check], kind: Kind, entry: int, why: str, clause: str = "") -> None:
        """Take down a finding wherever it lies."""
        self._counts[check.id, kind] += 1
        kept = self._kept.setdefault((check.id, kind), [])
        if len(kept) < KEPT:
            kept.append(Finding(check.id, kind, entry, clause, why))

    def judged(self, check: type[Check], number: int = 1) -> None:
        """Count what a check looked at."""
        self._judged[check.id] += number

    def judged_acts(self, acts: Counter[type[Act]]) -> None:
        """Count the acts that each check looks at."""
        for check in CHECKS:
            self._judged[check.id] += sum(acts[act] for act in check.judges)

    def missing(self, check: type[Check], number: int = 1) -> None:
        """Count openings that were not shown, and that nobody erased."""
        self._missing[check.id] += number

    def erased(self, check: type[Check], number: int = 1) -> None:
        """Count openings that an entry erased."""
        self._erased[check.id] += number

    def note(self, check: type[Check], words: str) -> None:
        """Say something about a check that is for or against nobody."""
        self._notes.setdefault(check.id, []).append(words)

    def skip(self, check: type[Check], why: str) -> None:
        """A check that could not be made here, and was not."""
        self._skipped[check.id] = why

    def completed(self) -> None:
        """Everything was read to its end."""
        self._complete = True

    def rows(self) -> tuple[Row, ...]:
        """One row for each check."""
        return tuple(self._row(check) for check in CHECKS)

    def _row(self, check: type[Check]) -> Row:
        kinds: Sequence[Kind] = ("violation", "unverified", "overdue")
        findings = [finding for kind in kinds for finding in self._kept.get((check.id, kind), ())]
        violating = (finding.entry for finding in findings if finding.kind == "violation" and finding.entry >= 0)
        notes = list(self._notes.get(check.id, ()))
        if check.id in self._skipped:
            notes.append(self._skipped[check.id])
        return Row(
            id=check.id,
            version=check.version,
            title=check.title,
            definition=check.definition(),
            result=self._result(check.id),
            judged=self._judged[check.id],
            unit=check.unit,
            violations=self._counts[check.id, "violation"],
            unverified=self._counts[check.id, "unverified"],
            overdue=self._counts[check.id, "overdue"],
            missing=self._missing[check.id],
            erased=self._erased[check.id],
            entries=tuple(sorted(set(violating))),
            findings=tuple(findings),
            notes=tuple(notes),
        )

    def _result(self, check: str) -> Result:
        if self._counts[check, "violation"]:
            return "violated"
        if self._counts[check, "unverified"]:
            return "unverified"
        if check in self._skipped:
            return "not checked"
        return "holds" if self._complete else "unverified"


def worst(rows: Iterable[Row]) -> Result:
    """What all rows together come to; what was not checked neither helps nor harms."""
    results = {row.result for row in rows}
    if "violated" in results:
        return "violated"
    return "unverified" if "unverified" in results else "holds"
