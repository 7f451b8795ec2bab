"""Acts of jurors and of the clock that draws them."""

from typing import Annotated

from msgspec import Meta

from governance.acts.words import Act, Hash, HashOrNone, Index

MOST_SEATS = 62


class JoinJury(Act, frozen=True, tag="join_jury"):
    """A member takes a place in the register of jurors, or the place that they had."""


class LeaveJury(Act, frozen=True, tag="leave_jury"):
    """A member is not to be drawn any more; the place stays theirs."""


class DrawJury(Act, frozen=True, tag="draw_jury"):
    """`matter` is the entry of the appeal; `secret` what the square had committed to (32 bytes in hex).

    `seats` are members' numbers in the order of the draw: first the jurors, then as many alternates. `coin` commits to
    the secret of the draw that a second appeal would have, "" where there can be none.
    """

    matter: Index
    secret: Hash
    seats: Annotated[tuple[Index, ...], Meta(max_length=MOST_SEATS)]
    coin: HashOrNone


class ExcuseJuror(Act, frozen=True, tag="excuse_juror"):
    """The juror in seat `place` of a jury, counted from 0, does not take part."""

    jury: Index
    place: Annotated[int, Meta(ge=0, lt=MOST_SEATS)]
