"""Orders of the law: received, obeyed, refused, told, and as their pages tell them."""

from collections.abc import Sequence
from functools import partial
from typing import Literal

from msgspec import Struct

from app.admission import author_of
from app.deeds import Request
from app.moderation import Asked, Foresight, bind, number_of
from app.offers import ANY_TEXT
from app.openings import openings_seen
from app.record import Deed, Recorded
from app.square import Square
from app.store.accounts import Account
from app.store.engines import Tx
from app.store.erasures import erased_of
from app.store.governed import value_of
from app.store.ledger import OpeningRow
from app.store.offices import office_of
from app.store.orders import orders_before, orders_counted, steps_of_orders
from app.store.posts import PostRow, find_post
from governance.acts.orders import Comply, OrderKind, PublishNotice, ReceiveOrder, RefuseOrder
from governance.acts.words import Commit
from governance.commitment import Opening
from governance.errors import Refused
from governance.orders import Compliance, Order
from governance.texts import Erased

Stands = Literal["waiting", "obeyed", "partly", "refused"]
"""How an order stands: nothing was done yet, it was obeyed, a part was refused, all of it was."""


class Withholding(Struct, frozen=True):
    """That a post is not shown in these countries, () for the globe, for so many ms; `globe` says why no fewer."""

    post: int
    countries: tuple[str, ...]
    duration: int
    reasons: str
    globe: str = ""


class Disclosure(Struct, frozen=True):
    """Which data were handed over about whom ("m:17"), and why."""

    person: str
    disclosed: str
    reasons: str


class OrderItem(Struct, frozen=True):
    """An order in a list; `sealed_until` is None where its texts are public."""

    order: int
    kind: OrderKind
    received_at: int
    sealed_until: int | None
    stands: Stands
    posts: tuple[str, ...]
    authority: str | None


class OrderStep(Struct, frozen=True):
    """What was done for an order. A post is withheld in `territory`, () for everywhere, until a time.

    Texts are None while they are sealed, and when they were erased. `may_lift`: the law would let the reader end it.
    """

    entry: int
    at: int
    by: str
    post: str
    author: str
    territory: tuple[str, ...]
    until: int
    lifted: int
    is_standing: bool
    reasons: str | None
    globe: str | None
    disclosed: str | None
    person: str | None
    may_lift: bool


class OrderPage(Struct, frozen=True):
    """An order. Times are Unix ms; `sealed_until` is None where its texts are public.

    Texts are None while they are sealed, except for the legal officer, and when they were erased.
    """

    order: int
    kind: OrderKind
    by: str
    received_at: int
    sealed_until: int | None
    stands: Stands
    authority: str | None
    basis: str | None
    request: str | None
    steps: tuple[OrderStep, ...]
    refused: int
    why_refused: str | None
    published: int
    erased: tuple[Erased, ...]
    may_answer: bool
    may_publish: bool


async def receive(
    square: Square, officer: Account, kind: OrderKind, texts: dict[str, str], sealed_for: int, request: Request
) -> Recorded:
    """Enter an order: its `authority`, its `basis` and, if it is to be shown, the `request` itself.

    It is sealed for so many ms, 0 for not at all. Raises what the door raises.
    """
    by, now = number_of(officer), square.clock.now()
    openings = tuple(bind(field, texts[field]) for field in ("authority", "basis", "request") if texts.get(field))
    act = ReceiveOrder(kind, now + sealed_for if sealed_for else 0, _commits(openings))
    return await _record(square, act, by, openings, request)


async def withhold(
    square: Square, officer: Account, order: int, withholding: Withholding, request: Request
) -> Recorded:
    """Withhold a post for an order. Raises what the door raises."""
    by, now = number_of(officer), square.clock.now()
    post = await square.database.read(lambda tx: find_post(tx, withholding.post))
    if post is None or post.deleted_at is not None:
        raise Refused("order-2", "there is no such post, or its author has deleted it")
    openings: tuple[Opening, ...] = (bind("reasons", withholding.reasons),)
    if withholding.globe:
        openings = (*openings, bind("globe", withholding.globe))
    territory, until = ",".join(sorted(set(withholding.countries))), now + withholding.duration
    act_on = partial(_comply, order=order, post=post, territory=territory, until=until, openings=openings)
    author = await author_of(square, post, act_on, by)
    return await _record(square, act_on(author), by, openings, request)


def _comply(author: str, order: int, post: PostRow, territory: str, until: int, openings: Sequence[Opening]) -> Comply:
    return Comply(
        order=order,
        post=str(post.id),
        version=post.version,
        posted=post.said_at,
        author=author,
        territory=territory,
        until=until,
        commits=_commits(openings),
    )


async def disclose(square: Square, officer: Account, order: int, disclosure: Disclosure, request: Request) -> Recorded:
    """Say what was disclosed for an order, and about whom. Raises what the door raises."""
    by, now = number_of(officer), square.clock.now()
    found = await square.database.read(lambda tx: value_of(tx, Order, order))
    openings: tuple[Opening, ...] = (bind("disclosed", disclosure.disclosed), bind("reasons", disclosure.reasons))
    sealed = found is not None and found.is_sealed_at(now)
    if sealed:
        openings = (*openings, bind("person", disclosure.person))
    act = Comply(order, "", 0, 0, "" if sealed else disclosure.person, "", 0, _commits(openings))
    return await _record(square, act, by, openings, request)


async def refuse(square: Square, officer: Account, order: int, reasons: str, request: Request) -> Recorded:
    """Refuse an order, or what of it was not obeyed. Raises what the door raises."""
    openings = (bind("reasons", reasons),)
    return await _record(square, RefuseOrder(order, _commits(openings)), number_of(officer), openings, request)


async def publish(square: Square, officer: Account, order: int, request: Request) -> Recorded:
    """End the seal of an order. Raises what the door raises."""
    return await _record(square, PublishNotice(order), number_of(officer), (), request)


async def _record(
    square: Square,
    act: ReceiveOrder | Comply | RefuseOrder | PublishNotice,
    by: str,
    openings: tuple[Opening, ...],
    request: Request,
) -> Recorded:
    key, fingerprint = request.of(by)
    return (await square.door.record_all([Deed(act, by, openings, key, fingerprint)]))[0]


def _commits(openings: Sequence[Opening]) -> tuple[Commit, ...]:
    return tuple(opening.commit() for opening in openings)


async def is_officer(tx: Tx, account: Account | None, now: int) -> bool:
    """Whether the reader is the legal officer now."""
    return account is not None and await office_of(tx, "legal_officer", account.member, now) is not None


async def counts(tx: Tx, now: int) -> dict[str, int]:
    """How many orders were received, obeyed, refused, and are sealed now."""
    return await orders_counted(tx, now)


async def order_list(tx: Tx, before: int, most: int, account: Account | None, now: int) -> tuple[OrderItem, ...]:
    """Orders with a smaller number, newest first."""
    orders = await orders_before(tx, before, most)
    steps = await steps_of_orders(tx, list(orders))
    seen = await openings_seen(tx, sorted(orders), account, now)
    authorities = {row.entry: row.value for row in seen if row.field == "authority"}
    return tuple(
        OrderItem(
            order=number,
            kind=order.kind,
            received_at=order.received_at,
            sealed_until=order.public_at if order.is_sealed_at(now) else None,
            stands=stands_of(order),
            posts=tuple(done.post for done in steps[number].values() if done.post),
            authority=authorities.get(number),
        )
        for number, order in orders.items()
    )


def stands_of(order: Order) -> Stands:
    """What became of an order."""
    if order.refused:
        return "partly" if order.complied else "refused"
    return "obeyed" if order.complied else "waiting"


async def order_page(tx: Tx, number: int, account: Account | None, now: int) -> OrderPage | None:
    """An order as a reader sees it, None where there is none."""
    order = await value_of(tx, Order, number)
    if order is None:
        return None
    steps = (await steps_of_orders(tx, [number]))[number]
    entries = sorted({number, order.refused, *steps} - {0})
    seen = {(row.entry, row.field): row for row in await openings_seen(tx, entries, account, now)}
    officer = await is_officer(tx, account, now)
    may_answer, may_publish = await _may(tx, number, order, account, now) if officer else (False, False)
    return OrderPage(
        order=number,
        kind=order.kind,
        by=order.by,
        received_at=order.received_at,
        sealed_until=order.public_at if order.is_sealed_at(now) else None,
        stands=stands_of(order),
        authority=_text(seen, number, "authority"),
        basis=_text(seen, number, "basis"),
        request=_text(seen, number, "request"),
        steps=tuple(_step(entry, done, seen, account, officer=officer, now=now) for entry, done in steps.items()),
        refused=order.refused,
        why_refused=_text(seen, order.refused, "reasons"),
        published=order.published,
        erased=tuple(await erased_of(tx, entries)),
        may_answer=may_answer,
        may_publish=may_publish,
    )


async def _may(tx: Tx, number: int, order: Order, account: Account | None, now: int) -> tuple[bool, bool]:
    assert account is not None
    assert account.member is not None
    refusal = RefuseOrder(number, (Commit("reasons", ANY_TEXT),))
    asked: list[Asked] = [(refusal, account.member), (PublishNotice(number), account.member)]
    answers = await Foresight(tx, now).refusals(asked)
    return answers[0] is None, answers[1] is None


def _step(
    entry: int,
    done: Compliance,
    seen: dict[tuple[int, str], OpeningRow],
    account: Account | None,
    *,
    officer: bool,
    now: int,
) -> OrderStep:
    stands = done.stands_at(now)
    return OrderStep(
        entry=entry,
        at=done.since,
        by=done.by,
        post=done.post,
        author=done.author,
        territory=tuple(done.territory.split(",")) if done.territory else (),
        until=done.until,
        lifted=done.lifted,
        is_standing=stands,
        reasons=_text(seen, entry, "reasons"),
        globe=_text(seen, entry, "globe"),
        disclosed=_text(seen, entry, "disclosed"),
        person=_text(seen, entry, "person") or done.author or None,
        may_lift=stands and officer and account is not None and account.member != done.author,
    )


def _text(seen: dict[tuple[int, str], OpeningRow], entry: int, field: str) -> str | None:
    row = seen.get((entry, field))
    return row.value if row is not None else None
