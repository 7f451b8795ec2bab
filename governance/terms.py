"""Terms: the durations, counts and fractions of the charter that votes can change within bounds."""

from fractions import Fraction
from functools import lru_cache

from msgspec import Struct

from governance.acts.members import TermSpec
from governance.acts.proposals import SetTerm
from governance.errors import Refused
from governance.state import State

UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
"""Milliseconds of each unit of a duration."""

TERMS: dict[str, str] = {
    "admission": "duration",
    "vote_after": "duration",
    "founding_members": "count",
    "founding_time": "duration",
    "office": "duration",
    "prolong": "duration",
    "decision": "duration",
    "cosign": "duration",
    "restriction": "duration",
    "slow": "duration",
    "second": "duration",
    "emergency": "duration",
    "emergency_again": "duration",
    "sealed": "duration",
    "appeal": "duration",
    "reconsider": "duration",
    "appeal_total": "duration",
    "jury_size": "count",
    "jury_second": "count",
    "jury_quorum": "count",
    "jury_excuses": "count",
    "juror_cases": "count",
    "evidence": "duration",
    "verdict": "duration",
    "threshold_jury": "fraction",
    "sponsors": "fraction",
    "sponsors_min": "count",
    "sponsoring": "duration",
    "discussion": "duration",
    "freeze": "duration",
    "voting": "duration",
    "seal": "duration",
    "vacatio": "duration",
    "again": "duration",
    "sunset": "duration",
    "charter_gap": "duration",
    "quorum_min": "count",
    "quorum_ordinary": "fraction",
    "quorum_restricting": "fraction",
    "quorum_charter": "fraction",
    "threshold_ordinary": "fraction",
    "threshold_restricting": "fraction",
    "threshold_charter": "fraction",
    "secret_roll": "count",
}
"""Every term that the law reads, with its kind; a charter gives all of them a value and bounds."""


class Term(Struct, frozen=True, gc=False):
    """The value of a term in force; all amounts as written, such as "30d", "7" or "3/5"."""

    name: str
    value: str
    floor: str
    ceiling: str
    entrenched: bool


def kind_of(amount: str) -> str:
    """Whether an amount is a duration, a count or a fraction."""
    if "/" in amount:
        return "fraction"
    return "count" if amount.isdigit() else "duration"


@lru_cache(maxsize=1024)
def size_of(amount: str) -> Fraction:
    """An amount as a number: durations in ms, counts and fractions as they are."""
    if "/" in amount:
        over, under = amount.split("/")
        return Fraction(int(over), int(under))
    if amount.isdigit():
        return Fraction(int(amount))
    digits = amount.rstrip("msdh")
    return Fraction(int(digits) * UNITS[amount[len(digits) :]])


def duration(state: State, name: str) -> int:
    """The value of a duration in ms."""
    term = state[Term, name]
    assert term is not None, f"a founded square has the term {name}"
    assert TERMS[name] == "duration"
    return _whole(term.value)


def count(state: State, name: str) -> int:
    """The value of a count."""
    assert TERMS[name] == "count"
    return _whole(_term(state, name).value)


def fraction(state: State, name: str) -> Fraction:
    """The value of a fraction."""
    assert TERMS[name] == "fraction"
    return size_of(_term(state, name).value)


def check_term(spec: TermSpec) -> None:
    """A founding term is known, of its kind, and within its own bounds."""
    if spec.name not in TERMS:
        raise Refused("charter-2", "the charter knows no term %(term)s", term=spec.name)
    wanted = TERMS[spec.name]
    for amount in (spec.value, spec.floor, spec.ceiling):
        if kind_of(amount) != wanted:
            raise Refused(
                "charter-2",
                "the term %(term)s is a %(kind)s, and %(value)s is a %(other)s",
                term=spec.name,
                kind=wanted,
                value=amount,
                other=kind_of(amount),
            )
    _check_within(spec.name, spec.value, spec.floor, spec.ceiling)


def check_set_term(state: State, change: SetTerm) -> None:
    """A vote may set a term to another value of its kind, within the bounds of entry 0."""
    term = state[Term, change.name]
    if term is None:
        raise Refused("charter-2", "the charter knows no term %(term)s", term=change.name)
    if kind_of(change.value) != TERMS[change.name]:
        raise Refused(
            "charter-2",
            "the term %(term)s is a %(kind)s, and %(value)s is not",
            term=change.name,
            kind=TERMS[change.name],
            value=change.value,
        )
    _check_within(change.name, change.value, term.floor, term.ceiling)
    if size_of(change.value) == size_of(term.value):
        raise Refused("propose-2", "the term %(term)s is %(value)s already", term=change.name, value=term.value)


def _term(state: State, name: str) -> Term:
    term = state[Term, name]
    assert term is not None, f"a founded square has the term {name}"
    return term


@lru_cache(maxsize=1024)
def _whole(amount: str) -> int:
    # A replay asks for the same few durations with every entry.
    return int(size_of(amount))


def _check_within(name: str, value: str, floor: str, ceiling: str) -> None:
    if not size_of(floor) <= size_of(value) <= size_of(ceiling):
        raise Refused(
            "charter-3",
            "the term %(term)s lies between %(floor)s and %(ceiling)s, and %(value)s does not",
            term=name,
            floor=floor,
            ceiling=ceiling,
            value=value,
        )
