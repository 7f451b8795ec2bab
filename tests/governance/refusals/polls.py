"""Certified polls that the law refuses to open, and ballots that it refuses in one."""

from msgspec.structs import replace

from governance.acts.members import CloseAccount
from governance.members import Member, number
from governance.polls import LONGEST, MOST_OPTIONS, SHORTEST
from governance.votes import LAST_SEAL, check_ballot, vote_of
from tests.governance.polling import asks, open_poll
from tests.governance.world import World

TWENTY = tuple(f"answer {n}" for n in range(1, MOST_OPTIONS + 1))


def the_clock_opens_a_poll_once(world: World) -> None:
    """Under nobody's number, and one for a post."""
    act = open_poll(world, ("tea", "coffee"))
    world.is_refused("poll-1", "ann", act)
    world.is_refused("poll-1", "mia", act)
    world.does("clock", act)
    world.is_refused("poll-1", "clock", act)
    world.does("clock", open_poll(world, ("tea", "coffee"), post="118"))


def a_poll_binds_its_question_and_two_to_twenty_answers(world: World) -> None:
    """In their order, each once, and nothing else."""
    act = open_poll(world, TWENTY)
    question, first, second, *_ = act.commits
    for commits in (
        (),
        (question,),
        (question, first),
        (first, second),
        (question, second, first),
        (question, first, first),
        (first, second, question),
        (question, first, second, act.commits[4]),
        (*act.commits, replace(first, field="option/21")),
    ):
        world.is_refused("poll-2", "clock", replace(act, commits=commits))
    world.does("clock", act)


def a_poll_lasts_five_minutes_to_thirty_days(world: World) -> None:
    """Not a moment less, and at most a minute more."""
    act = open_poll(world, ("tea", "coffee"))
    world.is_refused("poll-3", "clock", replace(act, closes=world.now + SHORTEST - 1))
    world.is_refused("poll-3", "clock", replace(act, closes=world.now + LONGEST + LAST_SEAL + 1))
    world.does("clock", replace(act, closes=world.now + SHORTEST))
    world.does("clock", replace(act, post="118", closes=world.now + LONGEST + LAST_SEAL))


def the_roll_of_a_poll_are_the_members_of_the_day(world: World) -> None:
    """Nobody who is one is missing, and nobody is on it who has left, or comes while it is drawn."""
    act = open_poll(world, ("tea", "coffee"))
    world.is_refused("poll-4", "clock", replace(act, roll_size=act.roll_size - 1))
    world.is_refused("poll-4", "clock", replace(act, roll_size=act.roll_size + 1))
    world.does("fay", CloseAccount(number(world.by("fay"))))
    world.is_refused("poll-4", "clock", act)
    world.is_refused("poll-4", "clock", replace(act, roll_size=act.roll_size - 1))
    world.does("clock", open_poll(world, ("tea", "coffee")))


def a_ballot_gives_one_answer_or_none(world: World) -> None:
    """The last number is the blank ballot; where several are taken, a number says which."""
    ann = number(world.by("ann"))
    one, several = asks(world), asks(world, several=True, post="118")
    member = world.state[Member, ann]
    for poll, most in ((one, 2), (several, 3)):
        vote = vote_of(world.state, poll)
        for choice in range(most + 1):
            check_ballot(vote, ann, member, choice, world.now)
        world.refuses("ballot-3", lambda: check_ballot(vote, ann, member, -1, world.now))  # noqa: B023 at once
        world.refuses("ballot-3", lambda: check_ballot(vote, ann, member, most + 1, world.now))  # noqa: B023 at once
        world.refuses("ballot-2", lambda: check_ballot(vote, ann, member, 0, vote.closes))  # noqa: B023 at once
