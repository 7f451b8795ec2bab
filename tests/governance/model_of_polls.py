"""Certified polls told a second time, from the entries alone: a part of the model."""

from governance.acts.votes import CloseVote, OpenPoll
from governance.entry import Entry

MINUTE = 60_000
DAY = 24 * 60 * MINUTE


class Asked:
    """A poll that was opened; `counts` is None until it is closed."""

    def __init__(self, act: OpenPoll, at: int) -> None:
        fields = [commit.field for commit in act.commits]
        self.post = act.post
        self.counts: tuple[int, ...] | None = None
        self._several = act.several
        self._answers = len(fields) - 1
        self._roll_size = act.roll_size
        self._closes = act.closes
        assert 2 <= self._answers <= 20
        assert ["question"] + [f"option/{n + 1}" for n in range(self._answers)] == fields
        assert 5 * MINUTE <= act.closes - at <= 30 * DAY + MINUTE

    def counted(self, entry: Entry, act: CloseVote) -> None:
        """It is closed, once, not before its time, with figures that so many ballots can come to."""
        assert entry.by == "clock"
        assert self.counts is None
        assert entry.at >= self._closes
        assert act.size + act.late <= self._roll_size
        assert self._answers + 1 == len(act.counts)
        assert all(count <= act.size for count in act.counts)
        if not self._several:
            assert act.size == sum(act.counts)
        self.counts = act.counts
