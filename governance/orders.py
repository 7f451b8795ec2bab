"""Orders of an authority: received with authority and basis, obeyed or refused, told at once or by a date."""

import msgspec
from msgspec import Struct

from governance.acts.orders import Comply, OrderKind, PublishNotice, ReceiveOrder, RefuseOrder
from governance.cases import Restriction, Subject, restricted, subject_of
from governance.entry import Entry
from governance.errors import Refused
from governance.members import check_office, check_person
from governance.state import Changes, State
from governance.terms import duration

MOST_STEPS = 256
"""Most entries by which one order is obeyed."""


class Order(Struct, frozen=True, gc=False):
    """An order, named by the entry that received it.

    Its texts are public from `public_at` on, and those of all that was done for it. `complied` are the entries that
    obeyed it, `refused` and `published` the entries of these acts, 0 for none.
    """

    kind: OrderKind
    by: str
    received_at: int
    public_at: int
    complied: tuple[int, ...] = ()
    refused: int = 0
    published: int = 0
    erased: int = 0

    def is_sealed_at(self, at: int) -> bool:
        """Whether its texts are not public yet."""
        return at < self.public_at


class Compliance(Struct, frozen=True, gc=False):
    """What was done for an order, named by its entry; what was disclosed has no post, no territory and no end.

    `lifted` is the entry that ended it, 0 for none, `erased` that by which its reasons are gone.
    """

    order: int
    by: str
    post: str
    version: int
    posted: int
    author: str
    territory: str
    since: int
    until: int
    lifted: int = 0
    erased: int = 0

    def stands_at(self, at: int) -> bool:
        """Whether a post is withheld by it at that time."""
        return self.post != "" and not self.lifted and at < self.until


def order_of(state: State, index: int) -> Order:
    """The order; raises Refused [order-1] where there is none."""
    order = state[Order, index]
    if order is None:
        raise Refused("order-1", "there is no order %(order)s", order=index)
    return order


def check_receive_order(state: State, act: ReceiveOrder, entry: Entry) -> None:
    """The legal officer enters it, with its authority and its basis, open or sealed for a time."""
    check_office(state, entry.by, "legal_officer", entry.at)
    fields = [commit.field for commit in act.commits]
    if fields not in (["authority", "basis"], ["authority", "basis", "request"]):
        raise Refused("order-1", "an order is entered with its authority and its legal basis")
    if act.sealed_until and not entry.at < act.sealed_until <= entry.at + duration(state, "sealed"):
        raise Refused("order-5", "an order is sealed until a date that is to come, no later than the term `sealed`")


def apply_receive_order(act: ReceiveOrder, entry: Entry, index: int) -> Changes:
    """The order waits to be obeyed or refused."""
    return {(Order, index): Order(act.kind, entry.by, entry.at, act.sealed_until or entry.at)}


def check_comply(state: State, act: Comply, entry: Entry) -> None:
    """The legal officer does what an order demands that was not refused, and nobody does it about themselves."""
    order = _check_answer(state, act.order, entry)
    if act.author:
        check_person(state, act.author)
        if act.author == entry.by:
            raise Refused("recusal-1", "nobody obeys an order about their own post or their own data")
    if len(order.complied) >= MOST_STEPS:
        raise Refused("order-2", "this order has been obeyed by as many entries as can be")
    if order.kind == "withhold":
        _check_withhold(state, act, entry.at)
    else:
        _check_disclose(act, order, entry.at)


def _check_answer(state: State, index: int, entry: Entry) -> Order:
    order = order_of(state, index)
    check_office(state, entry.by, "legal_officer", entry.at)
    if order.refused:
        raise Refused("order-4", "this order was refused in entry %(entry)s", entry=order.refused)
    return order


def _check_withhold(state: State, act: Comply, at: int) -> None:
    if not act.post or not act.version or not act.author or act.posted > at:
        raise Refused("order-2", "what this order demands is done to a post that has been made, and to its author's")
    if act.until <= at:
        raise Refused("order-2", "what is done for an order has an end that is to come")
    countries = act.territory.split(",")
    if sorted(set(countries)) != countries:
        raise Refused("order-3", "the countries of a territory are named in order, each once")
    owed = ["reasons"] if act.territory else ["reasons", "globe"]
    if [commit.field for commit in act.commits] != owed:
        raise Refused("order-3", "an order is obeyed with reasons, and for the globe with why no territory would do")
    for one in subject_of(state, act.post).standing(at):
        done = state[Compliance, one.case] if one.kind == "order" else None
        if done is not None and done.order == act.order:
            raise Refused("order-2", "this order withholds the post already, by entry %(entry)s", entry=one.case)


def _check_disclose(act: Comply, order: Order, at: int) -> None:
    if act.post or act.version or act.posted or act.territory or act.until:
        raise Refused("order-2", "this order demands data: what is done for it has no post, no territory and no end")
    sealed = order.is_sealed_at(at)
    owed = ["disclosed", "reasons", "person"] if sealed else ["disclosed", "reasons"]
    if [commit.field for commit in act.commits] != owed or bool(act.author) == sealed:
        raise Refused(
            "order-2", "a disclosure says what was disclosed and why, and about whom: bound while the order is sealed"
        )


def apply_comply(state: State, act: Comply, entry: Entry, index: int) -> Changes:
    """It is done; a post is withheld in its territory until the date."""
    order = order_of(state, act.order)
    done = Compliance(
        order=act.order,
        by=entry.by,
        post=act.post,
        version=act.version,
        posted=act.posted,
        author=act.author,
        territory=act.territory,
        since=entry.at,
        until=act.until,
    )
    obeyed = msgspec.structs.replace(order, complied=(*order.complied, index))
    return {(Order, act.order): obeyed, **compliance_changes(state, index, done)}


def compliance_changes(state: State, index: int, after: Compliance) -> Changes:
    """What was done for an order, and the post as it is under it from now on."""
    changes: Changes = {(Compliance, index): after}
    if after.post:
        mine = None
        if not after.lifted:
            mine = Restriction(index, index, 0, 0, "withhold", after.until, kind="order", territory=after.territory)
        changes[Subject, after.post] = restricted(subject_of(state, after.post), index, mine)
    return changes


def ended(done: Compliance, index: int, at: int, *, erased: int = 0) -> Compliance:
    """What was done for an order after entry `index` ended it; `erased` where it took the reasons."""
    return msgspec.structs.replace(done, until=at, lifted=index, erased=erased or done.erased)


def check_refuse_order(state: State, act: RefuseOrder, entry: Entry) -> None:
    """The legal officer refuses, once, with reasons."""
    _check_answer(state, act.order, entry)
    if [commit.field for commit in act.commits] != ["reasons"]:
        raise Refused("order-4", "a refusal commits to its reasons")


def apply_refuse_order(state: State, act: RefuseOrder, index: int) -> Changes:
    """Nothing more is done for the order; what was done stands."""
    return {(Order, act.order): msgspec.structs.replace(order_of(state, act.order), refused=index)}


def check_publish_notice(state: State, act: PublishNotice, entry: Entry) -> None:
    """The legal officer ends a seal that stands."""
    order = order_of(state, act.order)
    check_office(state, entry.by, "legal_officer", entry.at)
    if not order.is_sealed_at(entry.at):
        raise Refused("order-6", "the texts of this order are public already")


def apply_publish_notice(state: State, act: PublishNotice, entry: Entry, index: int) -> Changes:
    """The texts are public from now on."""
    order = order_of(state, act.order)
    return {(Order, act.order): msgspec.structs.replace(order, public_at=entry.at, published=index)}


def sealed_entries(state: State, at: int) -> frozenset[int]:
    """The entries whose texts are sealed at a time: of the orders, and of all that was done for them."""
    sealed: set[int] = set()
    for (noun, index), value in state.items():
        if noun is Order and isinstance(value, Order) and isinstance(index, int) and value.is_sealed_at(at):
            sealed |= {index, value.refused, *value.complied} - {0}
    return frozenset(sealed)
