"""Members, guests and offices: who may act, and by which power."""

from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from governance.acts.members import CloseAccount
from governance.acts.words import Role
from governance.entry import Entry
from governance.errors import Refused
from governance.state import Changes, Key, State
from governance.terms import duration

SQUARE = "square"
REGISTER = "register"
NOT_A_PLACE = -1
NAMES: dict[Role, str] = {"moderator": "moderator", "steward": "steward", "legal_officer": "legal officer"}
"""Offices as people call them."""


class Square(Struct, frozen=True, gc=False):
    """What entry 0 says once and for all."""

    name: str
    origin: str
    charter: str
    demonstration: bool
    founded: int
    continues: str


class Register(Struct, frozen=True, gc=False):
    """The append-only register of admissions: `length` places, of whom `closures` have closed their account."""

    length: int
    closures: int
    guests: int
    founding: bool

    @property
    def members(self) -> int:
        """Open accounts of members."""
        return self.length - self.closures


class Member(Struct, frozen=True, gc=False):
    """A member or guest; `place` in the register (-1 for a guest), `closed` 0 while the account is open."""

    guest: bool
    place: int
    admitted: int
    closed: int


class Place(Struct, frozen=True, gc=False):
    """A place in the register: which member took it, when."""

    member: int
    admitted: int


class Granted(Struct, frozen=True, gc=False):
    """A power given to a member in `[since, until)`, ended early at `revoked` unless that is 0.

    `basis` is the proposal of the election where it was `elected`, else the grant that gave the power to grant, or 0.
    """

    member: int
    role: Role
    since: int
    until: int
    basis: int
    revoked: int
    elected: bool = False


class Office(Struct, frozen=True, gc=False):
    """The latest grant of a role to a member, under the key "role/number"; `revoked` if it was ended early."""

    grant: int
    member: int
    role: Role
    until: int
    revoked: bool = False


class Electing(Struct, frozen=True, gc=False):
    """The latest election for a role, its key, that went to the vote: its proposal, frozen in `[frozen, closed)`.

    `closed` is 0 while its vote is to be closed.
    """

    proposal: int
    frozen: int
    closed: int


def number(person: str) -> int:
    """17 of "m:17" or "g:17"."""
    return int(person[2:])


@lru_cache(maxsize=4096)
def office_key(role: Role, member: int) -> tuple[type[Office], str]:
    """The key of an office."""
    return (Office, f"{role}/{member}")


def register_of(state: State) -> Register:
    """The register of a founded square."""
    register = state[Register, REGISTER]
    assert register is not None, "a founded square has a register"
    return register


def check_person(state: State, person: str) -> Member:
    """The person stands in the register under this number and this letter."""
    letter = person[:2]
    if letter not in ("m:", "g:"):
        raise Refused("member-1", "%(person)s is no person", person=person)
    member = state[Member, int(person[2:])]
    if member is None or member.guest != (letter == "g:"):
        raise Refused("member-1", "there is nobody with the number %(person)s", person=person)
    return member


def check_member(state: State, by: str) -> Member:
    """Only an admitted member whose account is open may do this."""
    if not by.startswith("m:"):
        raise Refused("member-1", "only a member may do this")
    member = check_person(state, by)
    if member.closed:
        raise Refused("member-3", "the account of %(by)s is closed", by=by)
    return member


def holds(state: State, role: Role, member: int, at: int) -> Office | None:
    """The office, if this member holds it at this time."""
    office = state[office_key(role, member)]
    return office if office is not None and is_held(state, office, at) else None


def is_held(state: State, office: Office | Granted, at: int) -> bool:
    """Whether an office is held, which may be beyond its end while an election for it runs (POLICY [elect-9])."""
    if at < office.until or office.revoked:
        return not office.revoked
    electing = state[Electing, office.role]
    return electing is not None and at < prolonged(electing, office.until, duration(state, "prolong"))


def prolonged(electing: Electing, until: int, longest: int) -> int:
    """When an office that ends at `until` is over: at the close of an election that ran then, and `longest` later."""
    if electing.frozen >= until or 0 < electing.closed <= until:
        return until
    return min(until + longest, electing.closed or until + longest)


def check_office(state: State, by: str, role: Role, at: int) -> Office:
    """Only who holds the office now may do this."""
    check_member(state, by)
    office = holds(state, role, number(by), at)
    if office is None:
        raise Refused("office-1", "%(by)s does not hold the office of %(office)s", by=by, office=NAMES[role])
    return office


def check_office_of(state: State, by: str, roles: Sequence[Role], at: int) -> None:
    """Only who holds one of these offices now may do this."""
    check_member(state, by)
    if all(holds(state, role, number(by), at) is None for role in roles):
        offices = tuple(NAMES[role] for role in roles)
        raise Refused("office-1", "%(by)s holds none of these offices: %(office)s", by=by, office=offices)


def check_admit(state: State, entry: Entry) -> None:
    """Admissions are the clock's, and the founders' at the founding."""
    if entry.by not in ("clock", "founding"):
        raise Refused("member-2", "members are admitted by the clock, all of a day together")


def apply_admit(state: State, entry: Entry, index: int) -> Changes:
    """A member takes the next place of the register."""
    register = register_of(state)
    return {
        (Member, index): Member(False, register.length, entry.at, 0),
        (Place, register.length): Place(index, entry.at),
        (Register, REGISTER): Register(register.length + 1, register.closures, register.guests, register.founding),
    }


def check_admit_guest(state: State, entry: Entry) -> None:
    """Guests are admitted by the clock."""
    if entry.by != "clock":
        raise Refused("member-2", "guests are admitted by the clock")


def apply_admit_guest(state: State, entry: Entry, index: int) -> Changes:
    """A guest, who has no place."""
    register = register_of(state)
    return {
        (Member, index): Member(True, NOT_A_PLACE, entry.at, 0),
        (Register, REGISTER): Register(register.length, register.closures, register.guests + 1, register.founding),
    }


def check_close_account(state: State, act: CloseAccount, entry: Entry) -> None:
    """An account is closed by its owner."""
    check_member(state, entry.by)
    if act.member != number(entry.by):
        raise Refused("member-3", "an account is closed by its owner and nobody else")


def apply_close_account(state: State, act: CloseAccount, entry: Entry) -> Changes:
    """The account is closed; its place stays."""
    register = register_of(state)
    member = check_member(state, entry.by)
    return {
        (Member, act.member): Member(False, member.place, member.admitted, entry.at),
        (Register, REGISTER): Register(register.length, register.closures + 1, register.guests, register.founding),
    }


def reads_of_person(person: str) -> list[Key]:
    """The keys that any act of a person reads."""
    if person[:2] not in ("m:", "g:"):
        return []
    return [(Member, number(person))]
