"""The pass over a ledger: every entry decoded, judged in its place by the law, and taken over.

The same `check` and `apply` as in the service decide. A refusal becomes a finding of the check to which its clause
belongs, and the entry is taken over all the same as far as that can be done: what follows is judged as if it stood, so
that one breach does not drown the rest.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress

from governance.acts.cases import Report
from governance.acts.members import CloseAccount, Found, Grant
from governance.acts.proposals import Enact
from governance.acts.votes import CloseVote, OpenPoll, OpenVote, SealBox
from governance.acts.words import Act
from governance.audit.checks import CHECK_OF, CHECKS, L1, Check
from governance.audit.dates import find_overdue
from governance.audit.findings import Findings
from governance.audit.powers import count_orders, find_unanswered
from governance.audit.sources import Boxes, Shown
from governance.audit.square import Expected
from governance.audit.texts import OWING, Texts
from governance.audit.votes import Votes
from governance.cases import Case, Reported
from governance.emergencies import Emergency
from governance.entry import Entry, decode
from governance.errors import Refused
from governance.figures import Figures, figures
from governance.figures.judged import judge
from governance.law import apply, check
from governance.members import SQUARE, Square
from governance.rules import version_key
from governance.state import Changes, State
from governance.terms import Term, duration
from ledger.errors import Malformed

_BY_ID: dict[str, type[Check]] = {one.id: one for one in CHECKS}
_OF_VOTES = frozenset((CloseAccount, Grant, OpenVote, OpenPoll, SealBox, CloseVote, Enact))
_BROKEN = (AssertionError, ArithmeticError, LookupError, ValueError)
"""What the law's own presuppositions raise when an entry before has broken them."""


class Audit:
    """One pass. `findings` grow meanwhile; what is kept of the entries is the State and what is open."""

    def __init__(self, origin: str, shown: Iterator[Shown], boxes: Boxes, *, since: int = 0) -> None:
        """`origin` is the checkpoint's, `shown` the public openings in the order of their entries."""
        self.findings = Findings(since)
        self.state = State()
        self.size = 0
        self.last_at = 0
        self._origin = origin
        self._since_at = 0
        self._texts = Texts(shown, self.findings)
        self._votes = Votes(boxes, self.findings)
        self._acts: Counter[type[Act]] = Counter()

    def replay(self, leaves: Iterable[tuple[int, bytes]]) -> None:
        """Judge the entries, which come with their indexes, without a gap, from `size` on.

        What the reading of `leaves` raises passes through: the entries up to `size` have been judged then.
        """
        texts, since = self._texts, self.findings.since
        for index, body in leaves:
            self.size = index + 1
            try:
                entry = decode(body)
            except Malformed as error:
                self.findings.add(L1, "violation", index, f"this is no entry: {error}")
                continue
            act = type(entry.act)
            if index >= since:
                self._acts[act] += 1
            if index <= since:
                self._since_at = entry.at
            if entry.at < self.last_at:
                why = f"dated {self.last_at - entry.at} ms before the entry in front of it"
                self.findings.add(L1, "violation", index, why, "ledger-1")
            self.last_at = entry.at
            self._judge(index, entry, act)
            if texts.next <= index or act in OWING:
                texts.take(index, entry)

    def follow(self, leaves: Iterable[tuple[int, bytes]]) -> None:
        """Take over entries that came after the audit, judging none of them: the live square shows them already."""
        for index, body in leaves:
            with suppress(Malformed):
                self.state.update(self._take_over(decode(body), index) or {})

    def finish(self, at: int) -> None:
        """Judge what is open at a time (Unix ms), after the last entry."""
        square = self.state[Square, SQUARE]
        if self.size == 0:
            self.findings.keep(L1, "unverified", -1, "the ledger has no entries: nothing is founded here yet")
            return
        if square is not None and square.origin != self._origin:
            why = f"the founding names the origin {square.origin}, and the checkpoint {self._origin}"
            self.findings.keep(L1, "violation", 0, why)
        self._texts.finish(self.state, at)
        self._votes.finish(self.state)
        find_overdue(self.state, self.findings, self._since_at, at)
        find_unanswered(self.state, self.findings, self._since_at, at)
        count_orders(self.state, self.findings, at)
        self.findings.completed()

    def count(self) -> dict[str, int]:
        """How many acts of each type were judged, and tells each check how many were its own; to be called once."""
        self.findings.judged_acts(self._acts)
        return {str(act.__struct_config__.tag): number for act, number in self._acts.most_common()}

    def expected(self, at: int) -> Expected:
        """What a live square has to show at a time (Unix ms)."""
        return Expected(self.state, self._texts.titles, self._texts.contents, at)

    def figures(self, at: int) -> Figures:
        """The soft figures of the whole history, open cases as they stand at a time (Unix ms); to be called once."""
        state, contents = self.state, self._texts.contents
        cases = ((int(id_), case) for (_, id_), case in state.items() if isinstance(case, Case))
        judged = []
        for number, case in sorted(cases, key=lambda pair: pair[0]):
            version = state[version_key(case.rule, case.rule_version)]
            if version is not None:  # of a rule that never was, the checks speak
                judged.append(judge(number, case, version, contents.get(number)))
        # A founding that breaks the law may lack the term; of that, too, the checks speak.
        within = duration(state, "decision") if state[Term, "decision"] is not None else 0
        emergencies = sum(noun is Emergency for noun, _ in state)
        return figures(judged, within, at, emergencies)

    def _judge(self, index: int, entry: Entry, act: type[Act]) -> None:
        state = self.state
        voting = act in _OF_VOTES
        if voting:
            self._votes.before(state, index, entry)
        changes: Changes | None
        try:
            check(state, entry)
            changes = apply(state, entry, index)
        except Refused as refusal:
            breached = _BY_ID[CHECK_OF[refusal.clause]]
            self.findings.add(breached, "violation", index, refusal.why, refusal.clause)
            changes = self._take_over(entry, index)
        except _BROKEN as error:
            self._cannot_judge(index, act, error)
            changes = self._take_over(entry, index)
        if changes is None:
            return
        if act is Report:
            # Of this mark the law asks for no more: a long history is kept small.
            for key in changes:
                mark = changes[key]
                if isinstance(mark, Reported):
                    changes[key] = Reported(0, "", index, mark.post)
        state.update(changes)
        if voting:
            self._votes.after(state, index, entry)

    def _take_over(self, entry: Entry, index: int) -> Changes | None:
        """What an unlawful entry would have changed, None where that cannot be said."""
        if isinstance(entry.act, Found) and index > 0:
            return None
        try:
            return apply(self.state, entry, index)
        except (Refused, *_BROKEN):
            return None

    def _cannot_judge(self, index: int, act: type[Act], error: Exception) -> None:
        """The law stumbled over what an unlawful entry left behind, or over a mistake of its own: nothing may pass."""
        why = f"this entry cannot be judged: {type(error).__name__} {error}".rstrip()
        for one in CHECKS:
            if act in one.judges:
                self.findings.add(one, "unverified", index, why)
