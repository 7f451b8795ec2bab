"""L2: the public openings, held against the commitments of the entries that they name, beside the replay."""

from collections.abc import Iterator
from hashlib import sha256

from msgspec import Struct

from governance.acts.appeals import Appeal, Reconsider
from governance.acts.cases import Decide, Lift, Report
from governance.acts.emergencies import Invoke
from governance.acts.orders import Comply, ReceiveOrder, RefuseOrder
from governance.acts.proposals import (
    Amend,
    AmendCharter,
    AmendRule,
    AnyChange,
    Enact,
    EnactRule,
    Freeze,
    Propose,
    Worded,
)
from governance.acts.texts import Correct, What
from governance.acts.votes import CloseVote, OpenPoll
from governance.acts.words import Commit
from governance.audit.checks import L2, R2
from governance.audit.findings import Findings
from governance.audit.sources import Shown
from governance.charter import check_amended
from governance.commitment import commit
from governance.conditions.language import name_of
from governance.entry import AnyAct, Entry
from governance.errors import Refused
from governance.orders import sealed_entries
from governance.state import State
from governance.texts import Erased, what_of
from ledger.errors import Malformed, Unavailable

NEVER = 2**63
"""Later than any entry."""

TOLD = 1_000
"""Erased texts that are told one by one."""


class _Owed(Struct, frozen=True, gc=False):
    """A text of which something was not shown: how many of its openings, and whether all of them."""

    fields: int
    is_whole: bool
    is_law: bool


class Texts:
    """Follows the replay with the openings, which come in the order of their entries.

    `titles` are those of the rules that the entries enacted, `contents` what was reported where that is public.
    """

    def __init__(self, shown: Iterator[Shown], findings: Findings) -> None:
        self.next = -1
        self.titles: dict[int, str] = {}
        self.contents: dict[int, str] = {}
        self._charter = ""
        self._shown = shown
        self._findings = findings
        self._waiting: Shown | None = None
        self._unreadable = False
        self._owed: dict[tuple[int, What], _Owed] = {}
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
        if len(opened) < len(committed) and type(entry.act) in OWING and not self._unreadable:
            self._owe(index, entry.act, committed, opened)

    def finish(self, state: State, at: int) -> None:
        """Name what was not shown, by its erasure where there is one, unless the openings could not be read.

        What an order seals at that time (Unix ms) is not owed yet, and is counted.
        """
        if self._unreadable:
            return
        sealed = sealed_entries(state, at)
        if sealed:
            self._findings.note(L2, f"the texts of {len(sealed)} entries about orders are sealed, each until its date")
        erased = {(mark.entry, mark.what): mark for mark in state.values() if isinstance(mark, Erased)}
        for (index, what), owed in self._owed.items():
            if (index, what) not in erased and index not in sealed:
                self._miss(index, what, owed)
        for number, mark in enumerate(erased.values()):
            self._tell(mark, self._owed.get((mark.entry, mark.what)), is_told=number < TOLD)
        if len(erased) > TOLD:
            self._findings.note(L2, f"and {len(erased) - TOLD} texts more")

    def _miss(self, index: int, what: What, owed: _Owed) -> None:
        if index >= self._findings.since:
            self._findings.missing(L2, owed.fields)
        if owed.is_law:
            why = f"{owed.fields} texts of this rule cannot be shown, and no entry erased them: that is secret law"
            self._findings.add(L2, "violation", index, why)
            return
        why = f"the {what} of this entry are public, are not shown, and no entry erased them"
        self._findings.add(L2, "unverified", index, why)

    def _tell(self, mark: Erased, owed: _Owed | None, *, is_told: bool) -> None:
        is_shown = self._has(mark) if mark.what == "content" else owed is None or not owed.is_whole
        if is_shown and mark.what in _SEEN:
            why = f"the {mark.what} of this entry are shown, and entry {mark.erasure} erased them"
            self._findings.add(L2, "violation", mark.entry, why)
            return
        if mark.entry < self._findings.since:
            return
        self._findings.erased(L2, owed.fields if owed is not None else 1)
        if is_told:
            where = f"entry {mark.entry}: {mark.what} erased by entry {mark.erasure}, ground: {mark.ground}"
            self._findings.note(L2, where)

    def _has(self, mark: Erased) -> bool:
        """Whether the reported words of an entry were among the openings."""
        return mark.entry in self.contents

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
        if shown.field == "condition" and name_of(shown.value) != _condition_of(entry.act):
            why = "the condition shown is not the one that the rule names by its hash"
            self._findings.add(L2, "violation", index, why)
        if index >= self._findings.since:
            self._findings.judged(L2)
        if what_of(shown.field) == "content":
            self.contents.setdefault(index, shown.value)
        if isinstance(entry.act, Enact) and shown.field == "title":
            self.titles[index] = shown.value
        if isinstance(entry.act, Propose | Amend | Enact) and isinstance(entry.act.change, AmendCharter):
            self._hold_charter(index, entry.act, entry.act.change, shown.value)

    def _hold_charter(self, index: int, act: Propose | Amend | Enact, change: AmendCharter, text: str) -> None:
        """Another text of the charter has the SHA-256 that is stated; in force, it leaves what no vote may touch."""
        if sha256(text.encode()).hexdigest() != change.charter:
            self._findings.add(L2, "violation", index, "the text of the charter has not the SHA-256 that is stated")
        if not isinstance(act, Enact):
            return
        try:
            check_amended(self._charter or text, text, program=change.program)
        except Refused as refusal:
            self._findings.add(R2, "violation", index, refusal.why, refusal.clause)
        else:
            self._charter = text

    def _owe(self, index: int, act: AnyAct, committed: dict[str, str], opened: set[str]) -> None:
        missing = [what_of(field) for given, field in committed.items() if given not in opened]
        missing = [what for what in missing if what != "content"]
        for what in set(missing):
            shown = any(what_of(field) == what for given, field in committed.items() if given in opened)
            self._owed[index, what] = _Owed(missing.count(what), not shown, isinstance(act, Enact))


_SEEN = frozenset({"content", "reasons", "words", "correction", "order"})
"""Texts that may be among the public openings, those of reports where the post was folded."""

OWING = frozenset(
    (
        *(Enact, Propose, Amend, Freeze, Decide, Reconsider, Lift, Correct, Invoke, ReceiveOrder, Comply, RefuseOrder),
        CloseVote,
    )
)
"""Acts all of whose texts are public.

Those of posts are where these are shown or folded, those of polls as long as their author lets the post stand, those
of appeals are not.
"""


def commitments(act: AnyAct) -> dict[str, str]:
    """The hashes that an act commits to, each with the name of its text."""
    match act:
        case Decide():
            milder = {part.hash: f"milder/{part.sanction}" for part in act.milder}
            contents = {part.hash: f"content/{place}" for place, part in enumerate(act.posts, 1)}
            return {part.hash: part.field for part in act.commits} | milder | contents
        case Report() | Appeal() | Reconsider() | Lift() | Correct() | Freeze():
            commits = act.commits
        case Invoke() | ReceiveOrder() | Comply() | RefuseOrder() | CloseVote() | OpenPoll():
            commits = act.commits
        case Enact() | Propose() | Amend():
            commits = _of_change(act.change)
        case _:
            commits = ()
    return {part.hash: part.field for part in commits}


def _condition_of(act: AnyAct) -> str:
    """The name of the condition of the rule that an act brings, "" where it brings none."""
    change = act.change if isinstance(act, Enact | Propose | Amend) else None
    return change.rule.condition if isinstance(change, EnactRule | AmendRule) else ""


def _of_change(change: AnyChange) -> tuple[Commit, ...]:
    return change.commits if isinstance(change, Worded) else ()
