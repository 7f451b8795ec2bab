"""L2: the public openings, held against the commitments of the entries that they name, beside the replay."""

from collections.abc import Iterator

from governance.acts.appeals import Appeal, Reconsider
from governance.acts.cases import Decide, Lift, Report
from governance.acts.proposals import Amend, AmendRule, AnyChange, Enact, EnactRule, Propose
from governance.acts.words import Commit
from governance.audit.checks import L2
from governance.audit.findings import Findings
from governance.audit.sources import Shown
from governance.commitment import commit
from governance.entry import AnyAct, Entry
from ledger.errors import Malformed, Unavailable

NEVER = 2**63
"""Later than any entry."""


class Texts:
    """Follows the replay with the openings, which come in the order of their entries.

    `titles` are those of the rules that the entries enacted.
    """

    def __init__(self, shown: Iterator[Shown], findings: Findings) -> None:
        self.next = -1
        self.titles: dict[int, str] = {}
        self._shown = shown
        self._findings = findings
        self._waiting: Shown | None = None
        self._unreadable = False
        self._owed: list[tuple[int, str]] = []
        self._advance()

    def take(self, index: int, entry: Entry) -> None:
        """Hold the openings of this entry against its commitments, and count those that are owed and not there.

        To be called, in order, for each entry of a kind in `OWING` and for each that `next` does not lie behind.
        """
        committed = commitments(entry.act)
        opened: set[str] = set()
        while self.next <= index:
            shown = self._waiting
            assert shown is not None
            self._hold(index, entry, shown, committed, opened)
            self._advance()
        if type(entry.act) in OWING and not self._unreadable:
            self._owe(index, entry.act, {field for given, field in committed.items() if given not in opened})

    def finish(self) -> None:
        """Name the law that was not shown, unless the openings could not be read: then nobody knows."""
        for index, why in () if self._unreadable else self._owed:
            self._findings.add(L2, "violation", index, why)

    def _advance(self) -> None:
        try:
            shown = next(self._shown, None)
        except (Malformed, Unavailable) as error:
            self._lose(str(error))
            return
        if shown is not None and shown.entry < self.next:
            self._lose(f"the openings are not in the order of their entries: {shown.entry} comes after {self.next}")
            return
        self._waiting, self.next = shown, NEVER if shown is None else shown.entry

    def _lose(self, why: str) -> None:
        self._findings.add(L2, "unverified", -1, f"the public openings cannot be read to their end: {why}")
        self._waiting, self.next, self._unreadable = None, NEVER, True

    def _hold(self, index: int, entry: Entry, shown: Shown, committed: dict[str, str], opened: set[str]) -> None:
        if shown.entry < index:
            why = f"an opening names entry {shown.entry}, which is not an entry that could be read"
            self._findings.add(L2, "violation", shown.entry, why)
            return
        given = commit(shown.field, bytes.fromhex(shown.salt), shown.value.encode()).hex()
        if given not in committed:
            why = f"the text shown as `{shown.field}` is not the one that the entry commits to"
            self._findings.add(L2, "violation", index, why)
            return
        opened.add(given)
        if index >= self._findings.since:
            self._findings.judged(L2)
        if isinstance(entry.act, Enact) and shown.field == "title":
            self.titles[index] = shown.value

    def _owe(self, index: int, act: AnyAct, fields: set[str]) -> None:
        if not fields:
            return
        if index >= self._findings.since:
            self._findings.missing(L2, len(fields))
        if isinstance(act, Enact):
            why = f"the rule's {', '.join(sorted(fields))} cannot be shown: that would be secret law"
            self._owed.append((index, why))


OWING = frozenset((Enact, Propose, Amend, Decide, Reconsider, Lift))
"""Acts all of whose texts are public. Those of reports are where the post was folded, those of appeals are not."""


def commitments(act: AnyAct) -> dict[str, str]:
    """The hashes that an act commits to, each with the name of its text."""
    match act:
        case Decide():
            milder = {part.hash: f"milder/{part.sanction}" for part in act.milder}
            return {part.hash: part.field for part in act.commits} | milder
        case Report() | Appeal() | Reconsider() | Lift():
            commits = act.commits
        case Enact() | Propose() | Amend():
            commits = _of_change(act.change)
        case _:
            commits = ()
    return {part.hash: part.field for part in commits}


def _of_change(change: AnyChange) -> tuple[Commit, ...]:
    return change.commits if isinstance(change, EnactRule | AmendRule) else ()
