"""Certified polls as the tests ask them."""

from collections.abc import Iterable

from governance.acts.votes import OpenPoll
from governance.members import register_of
from tests.governance.boxes import Box, root
from tests.governance.world import World


def open_poll(
    world: World, answers: Iterable[str], *, several: bool = False, post: str = "117", closes: int = 0
) -> OpenPoll:
    """The act that opens a certified poll on the roll as it is now, for an hour unless told otherwise."""
    register = register_of(world.state)
    roll = world.roll(register.length)
    leaves = [f"m:{member}".encode() for member in roll]
    words = [("question", "Which?"), *((f"option/{n}", answer) for n, answer in enumerate(answers, 1))]
    commits = tuple(world.commit(field, said) for field, said in words)
    return OpenPoll(post, several, register.closures, len(roll), root(leaves), closes or world.now + 3_600_000, commits)


def asks(world: World, answers: Iterable[str] = ("tea", "coffee"), *, several: bool = False, post: str = "117") -> int:
    """The clock opens a certified poll; returns its entry."""
    poll = world.does("clock", open_poll(world, answers, several=several, post=post))
    world.boxes[poll] = Box(poll)
    return poll
