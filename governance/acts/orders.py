"""Acts about orders of an authority: received, obeyed, refused, told."""

from typing import Annotated, Literal

from msgspec import Meta

from governance.acts.words import Act, Commits, Index, PersonOrNone, PostIdOrNone, Territory, Time

OrderKind = Literal["withhold", "disclose"]
"""What an order demands: that a post is not shown, or that data about a person are handed over."""


class ReceiveOrder(Act, frozen=True, tag="receive_order"):
    """The legal officer enters an order. `commits`: authority, basis, and `request` for its own words.

    `sealed_until` is the date on which its texts become public, 0 where they are so at once.
    """

    kind: OrderKind
    sealed_until: Time
    commits: Commits


class Comply(Act, frozen=True, tag="comply"):
    """What was done for an order.

    Of the kind withhold: this post is not shown in `territory` (sorted countries, "" is the globe) until a date;
    `commits`: reasons, and `globe` where it is the globe. Of the kind disclose there is no post and no date; `author`
    is the person whose data they are, `commits`: disclosed, reasons; while the order is sealed it is "", and the
    person is bound as `person`.
    """

    order: Index
    post: PostIdOrNone
    version: Annotated[int, Meta(ge=0, lt=2**31)]
    posted: Time
    author: PersonOrNone
    territory: Territory
    until: Time
    commits: Commits


class RefuseOrder(Act, frozen=True, tag="refuse_order"):
    """The legal officer refuses an order, or what of it was not obeyed. `commits`: reasons."""

    order: Index
    commits: Commits


class PublishNotice(Act, frozen=True, tag="publish_notice"):
    """The seal of an order ends before its date: its texts are public from now on."""

    order: Index
