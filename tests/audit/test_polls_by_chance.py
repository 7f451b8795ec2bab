"""Certified polls played by chance: the audit agrees with what came of them, and finds each box that was changed."""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

from hypothesis import HealthCheck, Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from app.auditor import Report
from governance.acts.members import CloseAccount
from governance.errors import Refused
from governance.members import number
from governance.votes import vote_of
from tests.audit.auditing import audit, unverified, violated
from tests.audit.stories import town
from tests.governance.boxes import Box
from tests.governance.polling import asks
from tests.governance.world import MEMBERS, MODERATORS

T = TypeVar("T")
VOTERS: Final = (*MEMBERS, *MODERATORS, "gus")
MINUTE: Final = 60_000
ANSWERS: Final = ("tea", "coffee", "water", "nothing")


class Polls(RuleBasedStateMachine):
    """A town that asks certified polls, and an auditor who comes at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.world = town()
        self.world.visits("gus")
        self.seals: dict[int, int] = {}
        self.closes: dict[int, int] = {}
        asks(self.world, ANSWERS[:3], post=self.world.post("bo").id)

    @rule(several=st.booleans(), answers=st.integers(2, 4))
    def somebody_asks(self, several: bool, answers: int) -> None:
        """A poll, of one answer or of several."""
        asks(self.world, ANSWERS[:answers], several=several, post=self.world.post("ann").id)

    @rule(data=st.data())
    def some_answer(self, data: st.DataObject) -> None:
        """Each once, with an answer that there is; the box may be sealed."""
        if open_ := self._open():
            poll = self._of(data, open_)
            vote = vote_of(self.world.state, poll)
            for name in data.draw(st.sets(st.sampled_from(VOTERS), max_size=5)):
                choice = data.draw(st.integers(0, (1 << vote.options) - 1 if vote.approval else vote.options - 1))
                self._casts(name, poll, choice)
            if data.draw(st.booleans()):
                self._seal(poll)

    @rule(name=st.sampled_from(VOTERS), leaves=st.booleans())
    def people_come_and_go(self, name: str, leaves: bool) -> None:
        """Who comes later is on no roll, who leaves stays on it."""
        world = self.world
        if not leaves:
            world.joins(f"new{len(world.entries)}")
            return
        with suppress(Refused):
            world.does(name, CloseAccount(number(world.by(name))))

    @rule(span=st.sampled_from(("10m", "61m", "61m")))
    def time_passes(self, span: str) -> None:
        """No further than to the next close, which is then made."""
        until = min([self.world.now + int(span[:-1]) * MINUTE, *self._ends()])
        self.world.now = until
        for poll in self._open():
            if vote_of(self.world.state, poll).closes == until:
                self._close(poll)

    def _open(self) -> list[int]:
        return [poll for poll in self.world.boxes if vote_of(self.world.state, poll).status == "open"]

    def _ends(self) -> list[int]:
        return [vote_of(self.world.state, poll).closes for poll in self._open()]

    def _casts(self, name: str, poll: int, choice: int) -> None:
        if int(self.world.by(name)[2:]) not in self.world.boxes[poll].marks:
            with suppress(Refused):
                self.world.puts(name, poll, choice)

    def _seal(self, poll: int) -> None:
        if len(self.world.boxes[poll].ballots) > vote_of(self.world.state, poll).sealed_size:
            with suppress(Refused):
                self.seals.setdefault(poll, self.world.does("clock", self.world.seal(poll)))

    def _close(self, poll: int) -> None:
        self._seal(poll)
        self.closes[poll] = self.world.does("clock", self.world.close(poll))

    def _of(self, data: st.DataObject, some: Sequence[T]) -> T:
        return data.draw(st.sampled_from(some))

    def teardown(self) -> None:
        """The audit has nothing to say; and of each way to change a box it has, at the entry that shows it."""
        report = self._audited()
        assert ({}, set()) == (violated(report), unverified(report))
        for poll, entry in list(self.seals.items())[:1]:
            for change in (alter, swap):
                self._is_found(poll, change, "V2", entry)
        for poll, entry in list(self.closes.items())[-1:]:
            self._is_found(poll, mark_another, "V3", entry)

    def _is_found(self, poll: int, change: Callable[[Box], bool], check: str, entry: int) -> None:
        box = self.world.boxes[poll]
        ballots, marks = list(box.ballots), set(box.marks)
        if change(box):
            found = violated(self._audited())
            assert entry in found.get(check, ()), f"{change.__name__} of the box of {poll} is not found: {found}"
            event(f"found: {change.__name__}")
        box.ballots, box.marks = ballots, marks

    def _audited(self) -> Report:
        with tempfile.TemporaryDirectory() as folder:
            return audit(self.world, Path(folder))


def alter(box: Box) -> bool:
    """The first ballot says something else."""
    choice, token = box.ballots[0]
    box.ballots[0] = (choice ^ 1, token)
    return True


def swap(box: Box) -> bool:
    """The first two ballots stand in each other's places, where the first seal has both."""
    if len(box.ballots) < 2:
        return False
    box.ballots[0], box.ballots[1] = box.ballots[1], box.ballots[0]
    return True


def mark_another(box: Box) -> bool:
    """Somebody who was on no roll is marked instead of somebody who answered."""
    if not box.marks:
        return False
    box.marks.remove(min(box.marks))
    box.marks.add(10**6)
    return True


TestPolls = Polls.TestCase
TestPolls.settings = settings(
    max_examples=60,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.generate],
)
