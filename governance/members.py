"""Members, guests and offices: who may act, and by which power."""

from functools import lru_cache

from msgspec import Struct

from governance.acts.members import CloseAccount, Found, Grant, Revoke
from governance.acts.words import Role
from governance.entry import Entry
from governance.errors import Refused
from governance.state import Changes, Key, State
from governance.terms import TERMS, Term, check_term, count, duration
from ledger.checkpoint import Checkpoint
from ledger.errors import Malformed
from ledger.note import Note

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
    """A power given to a member in `[since, until)`, ended early at `revoked` unless that is 0."""

    member: int
    role: Role
    since: int
    until: int
    basis: int
    revoked: int


class Office(Struct, frozen=True, gc=False):
    """The latest grant of a role to a member, under the key "role/number"."""

    grant: int
    member: int
    role: Role
    until: int


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
    return office if office is not None and at < office.until else None


def check_office(state: State, by: str, role: Role, at: int) -> Office:
    """Only who holds the office now may do this."""
    check_member(state, by)
    office = holds(state, role, number(by), at)
    if office is None:
        raise Refused("office-1", "%(by)s does not hold the office of %(office)s", by=by, office=NAMES[role])
    return office


def check_found(state: State, act: Found) -> None:
    """Entry 0 and no other."""
    if state[Square, SQUARE] is not None:
        raise Refused("charter-1", "this square is founded already")
    names = [term.name for term in act.terms]
    if len(set(names)) != len(names):
        raise Refused("charter-2", "a term is given twice")
    for missing in TERMS.keys() - set(names):
        raise Refused("charter-2", "the charter gives no value for the term %(term)s", term=missing)
    for term in act.terms:
        check_term(term)
    if act.continues:
        _check_continues(act)


def _check_continues(act: Found) -> None:
    """What a ledger continues is the checkpoint of another one, signed in that one's name."""
    try:
        note = Note.parse(act.continues.encode())
        before = Checkpoint.parse(note.text)
    except (Malformed, UnicodeError) as error:
        raise Refused(
            "key-3", "what this ledger says it continues is no checkpoint: %(error)s", error=str(error)
        ) from error
    if before.origin == act.origin or before.origin not in {signature.name for signature in note.signatures}:
        raise Refused("key-3", "a ledger continues one of another name, whose own key has signed the checkpoint")


def apply_found(state: State, act: Found, entry: Entry) -> Changes:
    """The square, its empty register and its terms."""
    changes: Changes = {
        (Square, SQUARE): Square(act.name, act.origin, act.charter, act.demonstration, entry.at, act.continues),
        (Register, REGISTER): Register(0, 0, 0, True),
    }
    for term in act.terms:
        changes[Term, term.name] = Term(term.name, term.value, term.floor, term.ceiling, term.entrenched)
    return changes


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
    """The office is held from now on."""
    return {
        (Granted, index): Granted(act.member, act.role, entry.at, act.until, act.basis, 0),
        office_key(act.role, act.member): Office(index, act.member, act.role, act.until),
    }


def check_revoke(state: State, act: Revoke, entry: Entry) -> None:
    """An office ends early by resignation, or any but a steward's by a steward in the founders' time."""
    check_member(state, entry.by)
    granted = state[Granted, act.grant]
    if granted is None or granted.revoked or entry.at >= granted.until:
        raise Refused("office-5", "entry %(entry)s grants no office that is held now", entry=act.grant)
    if granted.member == number(entry.by):
        if act.basis != act.grant:
            raise Refused("office-5", "the basis of a resignation is the grant itself")
        return
    office = check_office(state, entry.by, "steward", entry.at)
    if act.basis != office.grant or granted.role == "steward":
        raise Refused("office-5", "a steward may end any office but a steward's, on the basis of their own grant")
    if founding_is_over(state, entry.at):
        raise Refused("office-4", "the founders' time is over: who holds an office is recalled by vote")


def apply_revoke(state: State, act: Revoke, entry: Entry) -> Changes:
    """The office is over."""
    granted = state[Granted, act.grant]
    assert granted is not None
    changed = Granted(granted.member, granted.role, granted.since, granted.until, granted.basis, entry.at)
    return {
        (Granted, act.grant): changed,
        office_key(granted.role, granted.member): Office(act.grant, granted.member, granted.role, entry.at),
    }


def reads_of_person(person: str) -> list[Key]:
    """The keys that any act of a person reads."""
    if person[:2] not in ("m:", "g:"):
        return []
    return [(Member, number(person))]
