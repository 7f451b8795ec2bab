"""Certified polls: everyday questions whose ballots go to a box as those of a vote do, so that everybody can recount.

Nothing comes of a poll but its count: it binds nobody, and no rule, term or office hangs on it.
"""

from msgspec import Struct

from governance.acts.votes import OpenPoll
from governance.entry import Entry
from governance.errors import Refused
from governance.members import register_of
from governance.state import Changes, State
from governance.votes import LAST_SEAL, Vote

FEWEST_OPTIONS = 2
MOST_OPTIONS = 20

MINUTE = 60_000
SHORTEST = 5 * MINUTE
"""Milliseconds that a poll is open at least."""

LONGEST = 30 * 24 * 60 * MINUTE
"""Milliseconds that a poll is open at most."""


class PolledIn(Struct, frozen=True, gc=False):
    """The certified poll that a post asks."""

    vote: int


def check_open_poll(state: State, act: OpenPoll, entry: Entry) -> None:
    """The clock opens a poll that its author wants certified, once, on the roll of all who are members now."""
    if entry.by != "clock":
        raise Refused("poll-1", "a certified poll is opened by the clock, when its author has asked for that")
    known = state[PolledIn, act.post]
    if known is not None:
        raise Refused("poll-1", "the poll of this post was opened already, by entry %(entry)s", entry=known.vote)
    options = len(act.commits) - 1
    if not FEWEST_OPTIONS <= options <= MOST_OPTIONS or [commit.field for commit in act.commits] != _fields(options):
        raise Refused("poll-2", "a poll binds its question, and 2 to 20 answers in their order")
    if not entry.at + SHORTEST <= act.closes <= entry.at + LONGEST + LAST_SEAL:
        raise Refused("poll-3", "a poll is open for 5 minutes at least and 30 days at most")
    register = register_of(state)
    if (act.closures, act.roll_size) != (register.closures, register.members):
        raise Refused("poll-4", "the roll of a poll are all who are members when it opens: draw it again")


def _fields(options: int) -> list[str]:
    return ["question", *(f"option/{place}" for place in range(1, options + 1))]


def apply_open_poll(state: State, act: OpenPoll, entry: Entry, index: int) -> Changes:
    """The poll is open; what it takes is fixed."""
    answers = len(act.commits) - 1
    vote = Vote(
        proposal=0,
        round=1,
        opened_at=entry.at,
        closes=act.closes,
        edge=register_of(state).length,
        roll_size=act.roll_size,
        roll_root=act.roll_root,
        quorum="0/1",
        quorum_min=0,
        threshold="0/1",
        strictly=False,
        options=answers if act.several else answers + 1,
        approval=act.several,
        poll=act.post,
    )
    return {(Vote, index): vote, (PolledIn, act.post): PolledIn(index)}
