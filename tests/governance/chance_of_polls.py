"""What a random person, and the clock, may do about certified polls."""

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from governance.errors import Refused
from governance.polls import PolledIn
from governance.terms import size_of
from governance.votes import Vote, vote_of
from tests.governance.boxes import Box
from tests.governance.chance import NAMES, Chance
from tests.governance.polling import open_poll

ANSWERS = tuple(f"answer {n}" for n in range(21))
SPANS = ("4m", "5m", "1h", "1h", "30d", "31d")


class PollChance(Chance):
    """A square in which posts ask certified polls."""

    @rule(data=st.data())
    def a_certified_poll_opens(self, data: st.DataObject) -> None:
        """With few answers or too many, for any time, of a post that may ask one already; somebody answers at once."""
        world, post = self.world, self._of(data, self.posts)
        answers = ANSWERS[: self._of(data, (2, 2, 3, 4, 20, 1, 21))]
        closes = world.now + int(size_of(self._of(data, SPANS)))
        act = open_poll(world, answers, several=self._maybe(data), post=post.id, closes=closes)
        poll = self._tries(data, self._of(data, ("clock", "clock", "clock", self._of(data, NAMES))), act)
        if poll is not None and poll in self._all(Vote):
            world.boxes[poll] = Box(poll)
            self._answer(data, poll)

    @rule(data=st.data(), is_over=st.booleans())
    def a_poll_goes_on(self, data: st.DataObject, is_over: bool) -> None:
        """It is answered, or closed in its time, a moment before, or too late for a last seal."""
        world = self.world
        polls = [index for index, vote in self._all(Vote).items() if vote.poll and index in world.boxes]
        if not polls:
            return
        poll = self._of(data, polls)
        if not is_over:
            self._answer(data, poll)
            return
        late = self._of(data, (0, 0, 0, -1, 60_001))
        world.now = max(world.now, vote_of(world.state, poll).closes + late)
        self._tries(data, "clock", world.seal(poll))
        self._tries(data, "clock", world.close(poll))

    def _answer(self, data: st.DataObject, poll: int) -> None:
        """Some give an answer that there is, or one that there is not; the box is sealed."""
        world, vote = self.world, vote_of(self.world.state, poll)
        for name in data.draw(st.sets(st.sampled_from(NAMES), max_size=6)):
            choice = data.draw(st.integers(0, (1 << vote.options) if vote.approval else vote.options))
            if int(world.by(name)[2:]) not in world.boxes[poll].marks:
                try:
                    world.puts(name, poll, choice)
                except Refused as refusal:
                    event(f"refused: {refusal.clause}")
        self._tries(data, "clock", world.seal(poll))

    @invariant()
    def the_model_agrees_on_polls(self) -> None:
        """Each post's poll is the one that it asked first, and its figures are those of its box."""
        state = self.world.state
        asked = {key[1]: value.vote for key, value in state.items() if isinstance(value, PolledIn)}
        assert {told.post: poll for poll, told in self.model.polls.items()} == asked
        for poll, told in self.model.polls.items():
            vote = vote_of(state, poll)
            assert (told.counts is not None) == (vote.status == "counted")
            assert told.counts is None or told.counts == vote.counts
