"""Candidates: members who stand in an election and stand down, and those whom it chose taking office."""

from msgspec import structs

from governance.acts.elections import Stand, StandDown
from governance.acts.members import Grant
from governance.acts.proposals import Elect
from governance.cases import check_suspension
from governance.elections import MOST_CANDIDATES, Candidates, Elected, candidates_of
from governance.entry import Entry
from governance.errors import Refused
from governance.members import Member, check_member, number
from governance.offices import apply_grant
from governance.proposals import Proposal, check_unfrozen, proposal_of
from governance.state import Changes, State
from governance.terms import duration

LATE = 60_000
"""Milliseconds by which an office may be shorter than its term, for the time that recording takes."""


def check_stand(state: State, act: Stand, entry: Entry) -> None:
    """A member of the roll stands in an election, once, until its freeze."""
    proposal = _election(state, act.proposal, entry.at)
    member = check_member(state, entry.by)
    check_suspension(state, entry.by, entry.at)
    if not 0 <= member.place < proposal.edge:
        raise Refused("elect-2", "who stands is on the roll of the election, and you were admitted too late for it")
    candidates = candidates_of(state, act.proposal)
    if number(entry.by) in candidates:
        raise Refused("elect-3", "you stand in this election already")
    if len(candidates) >= MOST_CANDIDATES:
        raise Refused(
            "elect-3", "no ballot is longer than %(n)s candidates, and so many stand already", n=MOST_CANDIDATES
        )


def apply_stand(state: State, act: Stand, entry: Entry) -> Changes:
    """One more candidate, after those who stood before."""
    candidates = (*candidates_of(state, act.proposal), number(entry.by))
    return {(Candidates, act.proposal): Candidates(candidates)}


def check_stand_down(state: State, act: StandDown, entry: Entry) -> None:
    """A candidate takes their name back, until the freeze."""
    _election(state, act.proposal, entry.at)
    check_member(state, entry.by)
    if number(entry.by) not in candidates_of(state, act.proposal):
        raise Refused("elect-3", "you do not stand in this election")


def apply_stand_down(state: State, act: StandDown, entry: Entry) -> Changes:
    """One candidate less; the others move up."""
    left = tuple(one for one in candidates_of(state, act.proposal) if one != number(entry.by))
    return {(Candidates, act.proposal): Candidates(left)}


def _election(state: State, index: int, at: int) -> Proposal:
    proposal = proposal_of(state, index)
    if not isinstance(proposal.change, Elect):
        raise Refused("elect-1", "proposal %(proposal)s is no election", proposal=index)
    check_unfrozen(proposal, at)
    return proposal


def check_take_office(state: State, act: Grant, entry: Entry) -> None:
    """The clock gives an office to whom an election chose, once, for the whole of its term."""
    elected, proposal = state[Elected, act.basis], proposal_of(state, act.basis)
    if elected is None or elected.role != act.role or act.member not in elected.winners:
        raise Refused(
            "elect-7",
            "proposal %(proposal)s is no election that chose m:%(member)s for this office",
            proposal=act.basis,
            member=act.member,
        )
    if proposal.status != "enacted" or act.member not in elected.waiting:
        raise Refused("elect-7", "an election comes into force first, and then gives each of its seats once")
    member = state[Member, act.member]
    if member is None or member.closed:
        raise Refused("elect-7", "the account of m:%(member)s is closed: the seat stays empty", member=act.member)
    whole = entry.at + duration(state, "office")
    if not max(entry.at, whole - LATE) <= act.until <= whole:
        raise Refused("elect-8", "an elected office lasts the whole of the term `office`")


def apply_take_office(state: State, act: Grant, entry: Entry, index: int) -> Changes:
    """The office is held on the basis of the election."""
    changes = apply_grant(state, act, entry, index)
    elected = state[Elected, act.basis]
    if elected is not None:
        left = tuple(one for one in elected.waiting if one != act.member)
        changes[Elected, act.basis] = structs.replace(elected, waiting=left)
    return changes
