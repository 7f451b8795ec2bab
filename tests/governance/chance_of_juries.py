"""What a random person may do about juries, and what the clock may do at any time."""

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from governance.acts.juries import ExcuseJuror, JoinJury, LeaveJury
from governance.appeals import Appealed
from governance.emergencies import Emergency
from governance.entry import AnyAct
from governance.errors import Refused
from governance.juries import Juror, Jury, jury_of
from governance.votes import Vote, vote_of
from tests.governance.boxes import CHOICE, Box
from tests.governance.chance import NAMES, Chance


class JuryChance(Chance):
    """A square in which juries are drawn, excused and asked."""

    @rule(data=st.data())
    def somebody_joins_or_leaves_the_jurors(self, data: st.DataObject) -> None:
        """Anybody, whether they can or not."""
        acts: tuple[AnyAct, ...] = (JoinJury(), JoinJury(), LeaveJury())
        self._tries(data, self._of(data, NAMES), self._of(data, acts))

    @rule(data=st.data(), goes_on=st.booleans())
    def a_jury_is_drawn(self, data: st.DataObject, goes_on: bool) -> None:
        """For any appeal, when its second look is over or before, or emergency; and then perhaps goes on at once."""
        world, appeals = self.world, self._all(Appealed)
        index = self._of(data, [*appeals, *self._all(Emergency)])
        appeal = appeals.get(index)
        if appeal is not None and appeal.status == "open" and self._maybe(data):
            world.now = max(world.now, appeal.due_at)
        jury = self._tries(data, "clock", world.draw(index))
        if jury is not None and jury in self._all(Jury) and goes_on:
            self._goes_on(data, jury)

    @rule(data=st.data())
    def a_juror_is_excused(self, data: st.DataObject) -> None:
        """From a seat that is theirs, or another's."""
        if juries := self._all(Jury):
            index = self._of(data, list(juries))
            place = data.draw(st.integers(0, len(juries[index].seats)))
            seats = juries[index].seats
            who = f"m:{seats[place]}" if place < len(seats) else self._of(data, NAMES)
            self._tries(data, self._of(data, (who, who, self._of(data, NAMES))), ExcuseJuror(index, place))

    @rule(data=st.data())
    def a_jury_goes_on(self, data: st.DataObject) -> None:
        """It votes, or its vote is closed."""
        if juries := self._all(Jury):
            self._goes_on(data, self._of(data, list(juries)))

    def _goes_on(self, data: st.DataObject, index: int) -> None:
        world, jury = self.world, jury_of(self.world.state, index)
        world.now = max(world.now, jury.evidence_until)
        vote = self._tries(data, "clock", world.open_jury(index))
        if vote is not None and vote in self._all(Vote):
            world.boxes[vote] = Box(vote)
            self._judge(data, index, vote)

    def _judge(self, data: st.DataObject, index: int, vote: int) -> None:
        world = self.world
        mostly = self._of(data, tuple(CHOICE))
        for member in jury_of(world.state, index).serving:
            choice = self._of(data, (mostly, mostly, mostly, *CHOICE))
            try:
                world.casts(f"m:{member}", vote, choice)
            except Refused as refusal:
                event(f"refused: {refusal.clause}")
        world.now = max(world.now, vote_of(world.state, vote).closes)
        self._tries(data, "clock", world.seal(vote))
        self._tries(data, "clock", world.close(vote, ("because",) if self._maybe(data) else ()))

    @invariant()
    def who_sits_is_counted_where_they_sit(self) -> None:
        """A juror's count is the number of seats that they have in juries that have not answered."""
        seats = [
            member
            for jury in self._all(Jury).values()
            if jury.status in ("evidence", "voting")
            for place, member in enumerate(jury.seats)
            if place not in jury.excused
        ]
        state = self.world.state
        jurors = {key[1]: value for key, value in state.items() if isinstance(value, Juror)}
        assert {member: seats.count(int(member)) for member in jurors} == {
            member: juror.sitting for member, juror in jurors.items()
        }

    @invariant()
    def the_model_agrees_on_what_juries_did(self) -> None:
        """Each jury stands as the entries say."""
        told = {"carried": ("upheld", "returned"), "failed": ("reversed", "kept"), "void": ("unheard", "kept")}
        for index, jury in self._all(Jury).items():
            ended = self.model.juries.juries[index].ended
            if jury.status in told:
                assert ended in told[jury.status]
            else:
                assert ended == ("unheard" if jury.status == "dissolved" else "sitting")
