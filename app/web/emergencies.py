"""Emergencies: the list with its counts, the page of one, and what moderators and stewards do."""

import secrets
from typing import Annotated, Literal

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import QueryParameter
from msgspec import Meta, Struct

from app.decisions import lift
from app.emergencies import (
    EmergencyItem,
    EmergencyPage,
    counts,
    emergency_list,
    emergency_page,
    invoke,
    may_invoke,
    sign,
)
from app.posts import Post, show_posts
from app.square import Square
from app.store.engines import Tx
from app.store.governed import load
from app.store.orders import NEWEST
from app.store.posts import find_post
from app.text import clean, clean_line
from app.web.answers import Answer, Recorded, answer, entered
from app.web.cases import Prose, ReasonsForm
from app.web.keys import Key, asked
from app.web.numbers import errors_in, known_number
from app.web.posts import known_id
from app.web.requests import Invalid, PageRequest, square_of
from app.web.visits import Visit, account_of, signed_in, visit_of
from governance.emergencies import UNSHOWN
from governance.state import State
from governance.terms import Term, duration

MOST_IN_A_PAGE = 50
TERMS = ("second", "emergency", "emergency_again")

Before = Annotated[int, QueryParameter(ge=0, le=NEWEST, description="Only entries before this one.")]


class EmergenciesPage(Struct, frozen=True):
    """Emergencies, newest first, how many there were on each ground, and the address of older ones."""

    items: tuple[EmergencyItem, ...]
    counts: dict[str, int]
    next: str | None


class WithholdPage(Struct, frozen=True):
    """A post that the reader may withhold at once: for `second` ms alone, for `emergency` with somebody else."""

    post: Post
    may: bool
    second: int
    emergency: int


class WithholdForm(Struct, frozen=True):
    """On which ground, and why; of abuse material of children nothing is written down."""

    ground: Literal["child_abuse", "doxxing", "violence", "malware"]
    reasons: Prose = ""


class SignForm(Struct, frozen=True):
    """A few words of one's own, which go into the draw of the jury; without any the square picks some."""

    words: Annotated[str, Meta(max_length=200)] = ""


@get("/emergencies", tags=["emergencies"])
async def show_emergencies(request: PageRequest, square: Square, before: Before = NEWEST) -> Answer[EmergenciesPage]:
    """Every emergency, newest first, with how many there were on each ground."""
    now = square.clock.now()

    async def look(tx: Tx) -> EmergenciesPage:
        items = await emergency_list(tx, before, MOST_IN_A_PAGE + 1, now)
        more = f"/emergencies?before={items[MOST_IN_A_PAGE - 1].emergency}" if len(items) > MOST_IN_A_PAGE else None
        return EmergenciesPage(items[:MOST_IN_A_PAGE], await counts(tx), more)

    return answer(request, "emergencies/list.html", await square.database.read(look))


async def one_emergency(request: PageRequest) -> Answer[EmergencyPage]:
    """The page of an emergency. Raises NotFoundException."""
    square, visit = square_of(request), await visit_of(request)
    number, now = known_number(str(request.path_params["emergency"])), square.clock.now()
    page = await square.database.read(lambda tx: emergency_page(tx, number, visit.account, now))
    if page is None:
        raise NotFoundException
    return answer(request, "emergencies/emergency.html", page)


@get("/emergencies/{emergency:str}", tags=["emergencies"])
async def show_emergency(request: PageRequest) -> Answer[EmergencyPage]:
    """An emergency: on which ground, by which two persons, until when, and every step with its entry."""
    return await one_emergency(request)


async def withhold_page(request: PageRequest) -> Answer[WithholdPage]:
    """The form to withhold a post at once. Raises NotFoundException."""
    square, visit = square_of(request), await visit_of(request)
    post_id, now = known_id(str(request.path_params["post_id"])), square.clock.now()

    async def look(tx: Tx) -> WithholdPage:
        row = await find_post(tx, post_id)
        if row is None or row.deleted_at is not None:
            raise NotFoundException
        reader = account_of(visit).id
        shown = await show_posts(tx, [row], reader, now, visit.country)
        if not shown:
            raise NotFoundException
        terms = State(await load(tx, [(Term, name) for name in TERMS]))
        may = await may_invoke(tx, row, visit.account, now)
        return WithholdPage(shown[0], may, duration(terms, "second"), duration(terms, "emergency"))

    return answer(request, "emergencies/withhold.html", await square.database.read(look))


@get("/posts/{post_id:str}/withhold", tags=["emergencies"], guards=[signed_in])
async def ask_to_withhold(request: PageRequest) -> Answer[WithholdPage]:
    """The form by which a moderator or steward withholds a post at once."""
    return await withhold_page(request)


@post("/posts/{post_id:str}/withhold", tags=["emergencies"], guards=[signed_in], opt={"again": withhold_page})
async def withhold_post(
    request: PageRequest, square: Square, visit: Visit, post_id: str, data: WithholdForm, key: Key = ""
) -> Response[Recorded]:
    """Withhold a post at once, as an emergency: alone for hours, for days when another signs it."""
    if data.ground != UNSHOWN and (errors := errors_in(reasons=data.reasons)):
        raise Invalid(errors)
    once = await asked(request, key, data)
    recorded = await invoke(square, account_of(visit), known_id(post_id), data.ground, clean(data.reasons), once)
    return entered(request, f"/emergencies/{recorded.index}", recorded.index)


@post("/emergencies/{emergency:str}/sign", tags=["emergencies"], guards=[signed_in], opt={"again": one_emergency})
async def sign_emergency(
    request: PageRequest, square: Square, visit: Visit, emergency: str, data: SignForm, key: Key = ""
) -> Response[Recorded]:
    """Sign an emergency that somebody else invoked."""
    number, once = known_number(emergency), await asked(request, key, data)
    words = clean_line(data.words) or secrets.token_hex(16)
    recorded = await sign(square, account_of(visit), number, words, once)
    return entered(request, f"/emergencies/{number}", recorded.index)


@post("/emergencies/{emergency:str}/lift", tags=["emergencies"], guards=[signed_in], opt={"again": one_emergency})
async def lift_emergency(
    request: PageRequest, square: Square, visit: Visit, emergency: str, data: ReasonsForm, key: Key = ""
) -> Response[Recorded]:
    """End an emergency before its date, with reasons."""
    if errors := errors_in(reasons=data.reasons):
        raise Invalid(errors)
    number, once = known_number(emergency), await asked(request, key, data)
    recorded = await lift(square, account_of(visit), number, clean(data.reasons), once)
    return entered(request, f"/emergencies/{number}", recorded.index)


routes = [show_emergencies, show_emergency, ask_to_withhold, withhold_post, sign_emergency, lift_emergency]
