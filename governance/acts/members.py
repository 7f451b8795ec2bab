"""Acts of the register and of offices: founding, admission, grants."""

from typing import Annotated

from msgspec import Meta

from governance.acts.words import Act, Amount, Hash, Index, Part, Role, Time, Word


class TermSpec(Part, frozen=True):
    """A term with its bounds. `value`, `floor` and `ceiling` are of one kind: duration, count or fraction."""

    name: Word
    value: Amount
    floor: Amount
    ceiling: Amount
    entrenched: bool


class Found(Act, frozen=True, tag="found"):
    """Entry 0. `charter` is the SHA-256 of the charter's text, `continues` the last checkpoint of the ledger before.

    That is a signed note, as it was served, "" where there was no ledger before.
    """

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    origin: Annotated[str, Meta(pattern="^[!-*,-~]{3,200}\\Z")]
    charter: Hash
    demonstration: bool
    terms: Annotated[tuple[TermSpec, ...], Meta(max_length=100)]
    continues: Annotated[str, Meta(max_length=10_000)]


class Admit(Act, frozen=True, tag="admit"):
    """A member enters; the entry's index is their number."""


class AdmitGuest(Act, frozen=True, tag="admit_guest"):
    """A guest enters: can be judged and can appeal, never votes, never counts."""


class CloseAccount(Act, frozen=True, tag="close_account"):
    """A member closes their account."""

    member: Index


class Grant(Act, frozen=True, tag="grant"):
    """`basis` is the index of the grant that gives the power to grant, 0 at the founding."""

    member: Index
    role: Role
    until: Time
    basis: Index


class Revoke(Act, frozen=True, tag="revoke"):
    """`basis` is the reviser's own grant of steward; a resignation names the grant itself."""

    grant: Index
    basis: Index
