"""Offices granted and ended: at the founding, by a steward in the founders' time, by resignation, by vote."""

import msgspec

from governance.acts.members import Grant, Revoke
from governance.acts.proposals import Recall
from governance.entry import Entry
from governance.errors import Refused
from governance.members import (
    NAMES,
    SQUARE,
    Granted,
    Member,
    Office,
    Square,
    check_member,
    check_office,
    holds,
    is_held,
    number,
    office_key,
    register_of,
)
from governance.state import Changes, State
from governance.terms import count, duration


def check_grant(state: State, act: Grant, entry: Entry) -> None:
    """Stewards come from the founding; the other offices from a steward until the founders' time is over."""
    receiver = state[Member, act.member]
    if receiver is None or receiver.guest or receiver.closed:
        raise Refused("office-2", "m:%(member)s is no member with an open account", member=act.member)
    longest = "founding_time" if act.role == "steward" else "office"
    if not entry.at < act.until <= entry.at + duration(state, longest):
        raise Refused("office-3", "an office has an end, no later than the term `%(term)s` from now", term=longest)
    if holds(state, act.role, act.member, entry.at) is not None:
        raise Refused(
            "office-2", "m:%(member)s holds the office of %(office)s already", member=act.member, office=NAMES[act.role]
        )
    if entry.by == "founding":
        if act.basis != 0:
            raise Refused("office-2", "a founding grant has no other basis than the founding")
        return
    office = check_office(state, entry.by, "steward", entry.at)
    if act.role == "steward":
        raise Refused("office-2", "a steward grants the offices of moderator and of legal officer, and no other")
    if act.basis != office.grant:
        raise Refused("office-2", "the basis of this grant is the steward's own, entry %(entry)s", entry=office.grant)
    if founding_is_over(state, entry.at):
        raise Refused("office-4", "the founders' time is over: who holds an office is elected")


def founding_is_over(state: State, at: int) -> bool:
    """Whether the square has outgrown its founders: members or time, whichever came first."""
    square = state[Square, SQUARE]
    assert square is not None
    grown = register_of(state).members >= count(state, "founding_members")
    return grown or at >= square.founded + duration(state, "founding_time")


def apply_grant(state: State, act: Grant, entry: Entry, index: int) -> Changes:
    """The office is held from now on; an earlier grant of the same, which a re-election leaves behind, is over."""
    elected = entry.by == "clock"
    before = holds(state, act.role, act.member, entry.at)
    return {
        **(end(state, before.grant, entry.at) if before is not None else {}),
        (Granted, index): Granted(act.member, act.role, entry.at, act.until, act.basis, 0, elected),
        office_key(act.role, act.member): Office(index, act.member, act.role, act.until),
    }


def check_revoke(state: State, act: Revoke, entry: Entry) -> None:
    """An office ends early by resignation, or any but a steward's by a steward in the founders' time."""
    check_member(state, entry.by)
    granted = state[Granted, act.grant]
    if granted is None or not is_held(state, granted, entry.at):
        raise Refused("office-5", "entry %(entry)s grants no office that is held now", entry=act.grant)
    if granted.member == number(entry.by):
        if act.basis != act.grant:
            raise Refused("office-5", "the basis of a resignation is the grant itself")
        return
    office = check_office(state, entry.by, "steward", entry.at)
    if act.basis != office.grant or granted.role == "steward":
        raise Refused("office-5", "a steward may end any office but a steward's, on the basis of their own grant")
    if granted.elected or founding_is_over(state, entry.at):
        raise Refused("office-4", "who was elected, or holds an office after the founders' time, is recalled by vote")


def apply_revoke(state: State, act: Revoke, entry: Entry) -> Changes:
    """The office is over."""
    return end(state, act.grant, entry.at)


def check_recall(state: State, change: Recall, at: int) -> None:
    """A recall names the grant of an office that is held now."""
    granted = state[Granted, change.grant]
    if granted is None or not is_held(state, granted, at):
        raise Refused("recall-1", "entry %(entry)s grants no office that is held now", entry=change.grant)


def end(state: State, grant: int, at: int) -> Changes:
    """The office that an entry granted is over at this time, unless it was over before."""
    granted = state[Granted, grant]
    assert granted is not None, "what is ended was granted"
    if granted.revoked:
        return {}
    key = office_key(granted.role, granted.member)
    changes: Changes = {(Granted, grant): msgspec.structs.replace(granted, revoked=at)}
    office = state[key]
    if office is not None and office.grant == grant:
        changes[key] = msgspec.structs.replace(office, until=min(office.until, at), revoked=True)
    return changes
