"""Orders of the law: the list with its counts, the page of one, and what the legal officer does."""

import re
from typing import Annotated, Final, Literal

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import QueryParameter
from msgspec import Meta, Struct

from app.decisions import lift
from app.orders import (
    Disclosure,
    OrderItem,
    OrderPage,
    Withholding,
    counts,
    disclose,
    is_officer,
    order_list,
    order_page,
    publish,
    receive,
    refuse,
    withhold,
)
from app.square import Square
from app.store.engines import Tx
from app.store.governed import load
from app.store.orders import NEWEST
from app.text import clean
from app.web.answers import Answer, Recorded, answer, entered
from app.web.cases import LONGEST, UNITS, Prose, ReasonsForm, SignatureForm
from app.web.keys import Key, asked
from app.web.numbers import errors_in, known_number
from app.web.posts import known_id
from app.web.requests import Invalid, PageRequest, square_of
from app.web.sentences import Sentence, say
from app.web.visits import Visit, account_of, signed_in, visit_of
from governance.state import State
from governance.terms import Term, duration

MOST_IN_A_PAGE: Final = 50
COUNTRY: Final = re.compile("[A-Z]{2}")

Before = Annotated[int, QueryParameter(ge=0, le=NEWEST, description="Only entries before this one.")]
Duration = Annotated[int, Meta(ge=1, le=LONGEST)]


class OrdersPage(Struct, frozen=True):
    """Orders, newest first, how many were received, obeyed, refused and are sealed, and the address of older ones.

    `receives`: the reader is the legal officer, who may seal an order for `longest` ms at most.
    """

    items: tuple[OrderItem, ...]
    counts: dict[str, int]
    next: str | None
    receives: bool
    longest: int


class ReceiveForm(Struct, frozen=True):
    """An order: who gave it, on which provision of law, its own words if they may be shown.

    It is sealed for so many minutes, hours or days, where the law commands silence.
    """

    kind: Literal["withhold", "disclose"]
    authority: Prose
    basis: Prose
    request: Prose = ""
    sealed_for: Duration | None = None
    unit: Literal["m", "h", "d"] = "d"


class ComplyForm(Struct, frozen=True):
    """What was done for an order.

    A `post`, by its number, is withheld in `countries` ("DE FR") for so many minutes, hours or days; without countries
    everywhere, and `globe` says why. Or data were `disclosed` about a `person` ("m:17").
    """

    reasons: Prose
    post: Annotated[str, Meta(max_length=40)] = ""
    countries: Annotated[str, Meta(max_length=2000)] = ""
    globe: Prose = ""
    duration: Duration | None = None
    unit: Literal["m", "h", "d"] = "d"
    person: Annotated[str, Meta(pattern=r"^\s*([mg]:(0|[1-9][0-9]{0,14}))?\s*\Z")] = ""
    disclosed: Prose = ""


class EndForm(Struct, frozen=True):
    """Which act that obeyed the order is ended, by its entry, and why."""

    step: Annotated[int, Meta(ge=0, lt=2**53)]
    reasons: Prose


async def orders_page(request: PageRequest) -> Answer[OrdersPage]:
    """Every order, newest first."""
    square, visit = square_of(request), await visit_of(request)
    asked_for, now = request.query_params.get("before", ""), square.clock.now()
    before = int(asked_for) if asked_for.isascii() and asked_for.isdecimal() else NEWEST

    async def look(tx: Tx) -> OrdersPage:
        items = await order_list(tx, min(before, NEWEST), MOST_IN_A_PAGE + 1, visit.account, now)
        more = f"/orders?before={items[MOST_IN_A_PAGE - 1].order}" if len(items) > MOST_IN_A_PAGE else None
        longest = duration(State(await load(tx, [(Term, "sealed")])), "sealed")
        receives = await is_officer(tx, visit.account, now)
        return OrdersPage(items[:MOST_IN_A_PAGE], await counts(tx, now), more, receives, longest)

    return answer(request, "orders/list.html", await square.database.read(look))


@get("/orders", tags=["orders"])
async def show_orders(request: PageRequest, before: Before = NEWEST) -> Answer[OrdersPage]:
    """Every order of an authority, newest first, with how many were obeyed and refused."""
    return await orders_page(request)


@post("/orders", tags=["orders"], guards=[signed_in], opt={"again": orders_page})
async def receive_order(
    request: PageRequest, square: Square, visit: Visit, data: ReceiveForm, key: Key = ""
) -> Response[Recorded]:
    """Enter an order with its authority and its basis, open or sealed, as the legal officer."""
    errors = errors_in(authority=data.authority, basis=data.basis)
    if errors:
        raise Invalid(errors)
    texts = {"authority": clean(data.authority), "basis": clean(data.basis), "request": clean(data.request)}
    sealed_for = data.sealed_for * UNITS[data.unit] if data.sealed_for else 0
    once = await asked(request, key, data)
    recorded = await receive(square, account_of(visit), data.kind, texts, sealed_for, once)
    return entered(request, f"/orders/{recorded.index}", recorded.index)


async def one_order(request: PageRequest) -> Answer[OrderPage]:
    """The page of an order. Raises NotFoundException."""
    square, visit = square_of(request), await visit_of(request)
    number, now = known_number(str(request.path_params["order"])), square.clock.now()
    page = await square.database.read(lambda tx: order_page(tx, number, visit.account, now))
    if page is None:
        raise NotFoundException
    return answer(request, "orders/order.html", page)


@get("/orders/{order:str}", tags=["orders"])
async def show_order(request: PageRequest) -> Answer[OrderPage]:
    """An order: by which authority, on which basis, what was done for it, where and until when."""
    return await one_order(request)


@post("/orders/{order:str}/comply", tags=["orders"], guards=[signed_in], opt={"again": one_order})
async def comply_with_order(
    request: PageRequest, square: Square, visit: Visit, order: str, data: ComplyForm, key: Key = ""
) -> Response[Recorded]:
    """Say what was done for an order: a post withheld in some countries or everywhere, or data disclosed."""
    number, account = known_number(order), account_of(visit)
    read = _read_disclosure(data) if data.person.strip() or data.disclosed else _read_withholding(data)
    once = await asked(request, key, data)
    if isinstance(read, Disclosure):
        recorded = await disclose(square, account, number, read, once)
    else:
        recorded = await withhold(square, account, number, read, once)
    return entered(request, f"/orders/{number}", recorded.index)


def _read_withholding(form: ComplyForm) -> Withholding:
    errors = errors_in(reasons=form.reasons)
    countries = tuple(form.countries.replace(",", " ").upper().split())
    if not all(COUNTRY.fullmatch(country) for country in countries):
        errors["countries"] = say("Write codes of two letters, such as DE FR.")
    if not countries:
        errors |= errors_in(globe=form.globe)
    if form.duration is None:
        errors["duration"] = say("Say for how long.")
    post = form.post.strip().rpartition("/")[2]
    if not post.isascii() or not post.isdecimal() or post.startswith("0"):
        errors["post"] = say("Write the number of a post, or its address.")
    if errors or form.duration is None:
        raise Invalid(errors)
    globe = "" if countries else clean(form.globe)
    return Withholding(known_id(post), countries, form.duration * UNITS[form.unit], clean(form.reasons), globe)


def _read_disclosure(form: ComplyForm) -> Disclosure:
    errors: dict[str, Sentence] = errors_in(reasons=form.reasons, disclosed=form.disclosed)
    if not form.person.strip():
        errors["person"] = say("Write a number, such as m:17.")
    if errors:
        raise Invalid(errors)
    return Disclosure(form.person.strip(), clean(form.disclosed), clean(form.reasons))


@post("/orders/{order:str}/refuse", tags=["orders"], guards=[signed_in], opt={"again": one_order})
async def refuse_order(
    request: PageRequest, square: Square, visit: Visit, order: str, data: ReasonsForm, key: Key = ""
) -> Response[Recorded]:
    """Refuse an order, or what of it was not obeyed, with reasons."""
    if errors := errors_in(reasons=data.reasons):
        raise Invalid(errors)
    number, once = known_number(order), await asked(request, key, data)
    recorded = await refuse(square, account_of(visit), number, clean(data.reasons), once)
    return entered(request, f"/orders/{number}", recorded.index)


@post("/orders/{order:str}/publish", tags=["orders"], guards=[signed_in], opt={"again": one_order})
async def publish_notice(
    request: PageRequest, square: Square, visit: Visit, order: str, data: SignatureForm, key: Key = ""
) -> Response[Recorded]:
    """End the seal of an order before its date."""
    number, once = known_number(order), await asked(request, key, data)
    recorded = await publish(square, account_of(visit), number, once)
    return entered(request, f"/orders/{number}", recorded.index)


@post("/orders/{order:str}/lift", tags=["orders"], guards=[signed_in], opt={"again": one_order})
async def end_withholding(
    request: PageRequest, square: Square, visit: Visit, order: str, data: EndForm, key: Key = ""
) -> Response[Recorded]:
    """End what an order withholds, with reasons."""
    if errors := errors_in(reasons=data.reasons):
        raise Invalid(errors)
    number, once = known_number(order), await asked(request, key, data)
    recorded = await lift(square, account_of(visit), data.step, clean(data.reasons), once)
    return entered(request, f"/orders/{number}", recorded.index)


routes = [
    show_orders,
    receive_order,
    show_order,
    comply_with_order,
    refuse_order,
    publish_notice,
    end_withholding,
]
