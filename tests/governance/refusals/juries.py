"""Draws, juries and excuses that may not stand."""

from hashlib import sha256

from msgspec.structs import replace

from governance.acts.juries import ExcuseJuror, JoinJury, LeaveJury
from governance.juries import jury_of
from governance.votes import vote_of
from tests.governance.world import MEMBERS, World

MORE = tuple(f"juror{number}" for number in range(12))


def _with_jurors(world: World) -> None:
    world.joins(*MORE)
    world.registers(*MEMBERS, *MORE)


def _waiting(world: World) -> int:
    """An appeal of ann's that another moderator has answered: it waits for a jury."""
    case = world.folded()
    appeal = world.appeals("ann", case)
    world.does("moe", world.maintain(appeal))
    return appeal


def _jury(world: World) -> int:
    _with_jurors(world)
    return world.draws(_waiting(world))


def a_place_is_taken_and_left_by_members_once(world: World) -> None:
    """Nobody has two places, and nobody leaves what they do not have."""
    world.visits("gus")
    world.is_refused("member-1", "gus", JoinJury())
    world.is_refused("jury-1", "ann", LeaveJury())
    world.does("ann", JoinJury())
    world.is_refused("jury-1", "ann", JoinJury())
    world.does("ann", LeaveJury())
    world.is_refused("jury-1", "ann", LeaveJury())
    world.is_refused("jury-1", "ann", ExcuseJuror(1, 0))
    world.does("ann", JoinJury())


def a_jury_is_drawn_once_for_what_nobody_settled(world: World) -> None:
    """Not while a moderator may look again, not of what was reversed, and by the clock alone."""
    _with_jurors(world)
    case = world.folded()
    appeal = world.appeals("ann", case)
    world.is_refused("jury-2", "clock", world.draw(appeal))
    world.does("moe", world.maintain(appeal))
    world.is_refused("jury-2", "mia", world.draw(appeal))
    act = world.draw(appeal)
    jury = world.does("clock", act)
    world.is_refused("jury-2", "clock", world.draw(appeal))
    world.is_refused("appeal-1", "clock", replace(act, matter=case))
    world.is_refused("reconsider-1", "max", world.reverse(appeal))
    assert jury == world.appealed(appeal).jury


def a_jury_needs_a_decision_that_stands(world: World) -> None:
    """What was lifted, or answered by silence, is no jury's."""
    _with_jurors(world)
    appeal = _waiting(world)
    world.does("mia", world.lift(world.appealed(appeal).case))
    world.is_refused("jury-2", "clock", world.draw(appeal))
    silent = world.reports("bo", world.post("ann"))
    world.now = world.after("decision")
    against = world.reporter_appeals("bo", silent)
    world.now = world.after("reconsider")
    world.is_refused("jury-2", "clock", world.draw(against))


def a_jury_is_drawn_in_time(world: World) -> None:
    """When the restriction has ended by the date of the appeal, nobody is drawn any more."""
    _with_jurors(world)
    appeal = _waiting(world)
    world.now = world.appealed(appeal).ends_at
    world.is_refused("jury-2", "clock", world.draw(appeal))


def an_edit_brings_another_look_and_no_jury(world: World) -> None:
    """Once for a decision, for a later version, and only at the author's word."""
    _with_jurors(world)
    case = world.folded()
    world.is_refused("appeal-9", "ann", world.edited(case, 1))
    world.is_refused("appeal-9", "reporter", replace(world.appeal(case, "bo"), edited=2))
    appeal = world.does("ann", world.edited(case))
    world.is_refused("appeal-9", "ann", world.edited(case, 3))
    world.does("moe", world.maintain(appeal))
    world.is_refused("jury-2", "clock", world.draw(appeal))


def the_draw_opens_what_was_committed_to(world: World) -> None:
    """Another secret is refused, and so is a draw that hides or repeats the next one's."""
    _with_jurors(world)
    act = world.draw(_waiting(world))
    world.is_refused("jury-3", "clock", replace(act, secret="ab" * 32))
    world.is_refused("jury-3", "clock", replace(act, coin=""))
    world.is_refused("jury-3", "clock", replace(act, coin=sha256(bytes.fromhex(act.secret)).hexdigest()))


def the_seats_are_those_of_the_draw(world: World) -> None:
    """Not in another order, not one fewer, nobody else."""
    _with_jurors(world)
    act = world.draw(_waiting(world))
    for seats in (act.seats[::-1], act.seats[:-1], (*act.seats[:-1], int(world.by("ann")[2:]))):
        world.is_refused("jury-4", "clock", replace(act, seats=seats))


def too_few_are_no_jury(world: World) -> None:
    """Four who may be drawn are not enough."""
    world.registers(*MEMBERS[:5])  # ann is the author
    world.is_refused("jury-5", "clock", world.draw(_waiting(world)))


def a_juror_is_excused_from_their_own_seat_in_time(world: World) -> None:
    """Not from another's, not twice, not when the evidence is closed."""
    jury = _jury(world)
    first, second = world.jurors(jury)[:2]
    world.is_refused("jury-6", second, ExcuseJuror(jury, 0))
    world.is_refused("jury-6", second, ExcuseJuror(jury, 60))
    world.does(first, ExcuseJuror(jury, 0))
    world.is_refused("jury-6", first, ExcuseJuror(jury, 0))
    world.now = jury_of(world.state, jury).evidence_until
    world.is_refused("jury-6", second, ExcuseJuror(jury, 1))


def a_jury_votes_when_it_has_seen_the_evidence(world: World) -> None:
    """Once, on the roll of those who sit, for its term; and a vote is on one thing."""
    jury = _jury(world)
    world.is_refused("jury-7", "clock", world.open_jury(jury))
    world.now = jury_of(world.state, jury).evidence_until
    act = world.open_jury(jury)
    world.is_refused("vote-2", "mia", act)
    world.is_refused("vote-2", "clock", replace(act, proposal=1))
    world.is_refused("vote-2", "clock", replace(act, jury=0))
    world.is_refused("jury-7", "clock", replace(act, roll_size=act.roll_size + 1))
    world.is_refused("jury-7", "clock", replace(act, roll_root="0" * 64))
    world.is_refused("vote-3", "clock", replace(act, closes=act.closes - 1))
    world.does("clock", act)
    world.is_refused("jury-7", "clock", act)


def only_jurors_give_reasons_with_a_vote(world: World) -> None:
    """Numbered from one, and no more than there are ballots."""
    jury = _jury(world)
    vote = world.in_jury(jury)
    world.casts(world.jurors(jury)[0], vote, "yes")
    world.now = vote_of(world.state, vote).closes
    world.does("clock", world.seal(vote))
    act = world.close(vote, ("it was mild",))
    world.is_refused("jury-9", "clock", replace(act, commits=act.commits * 2))
    world.is_refused("jury-9", "clock", replace(act, commits=(world.commit("reasons/2", "late"),)))
    world.is_refused("jury-9", "clock", world.close(vote, ("one", "two")))
    proposal = world.in_vote(world.enact("9.1", "label"))
    world.now = vote_of(world.state, proposal).closes
    world.is_refused("jury-9", "clock", replace(world.close(proposal), commits=act.commits))


def a_second_appeal_follows_a_verdict_once(world: World) -> None:
    """It goes to no moderator, comes within its term, and there is no third."""
    _with_jurors(world)
    world.joins(*(f"other{number}" for number in range(30)))
    world.registers(*(f"other{number}" for number in range(30)))
    case = world.reports("bo", world.post("ann"))
    world.decides("mia", case, "fold", "183d")
    first = world.appeals("ann", case)
    world.is_refused("appeal-5", "ann", world.appeal(case))
    assert "carried" == world.judges(world.draws(first), 7)
    second = world.appeals("ann", case)
    world.is_refused("appeal-8", "moe", world.maintain(second))
    world.is_refused("appeal-8", "ann", world.appeal(case))
    assert "carried" == world.judges(world.draws(second), 15)
    world.is_refused("appeal-8", "ann", world.appeal(case))


def a_second_appeal_comes_in_time(world: World) -> None:
    """Counted from the verdict."""
    _with_jurors(world)
    none = world.reports("bo", world.post("ann"))
    world.decides("mia", none, "")
    first = world.reporter_appeals("bo", none)
    assert "failed" == world.judges(world.draws(first), 0, 7)
    world.now = world.after("appeal")
    world.is_refused("appeal-6", "reporter", world.appeal(none, "bo"))
