"""Juries: the register and the reader's place in it, the page of each jury, and excuses."""

from typing import Annotated, Final

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct

from app.judging import excuse, join_register, leave_register
from app.juries import JuryFile, Registered, jury_file, register_of
from app.square import Square
from app.store.engines import Tx
from app.web.answers import Answer, Recorded, answer, done
from app.web.atom import address_of
from app.web.keys import Key, asked
from app.web.numbers import known_number
from app.web.proposals import Receipt
from app.web.requests import PageRequest, square_of
from app.web.visits import Visit, account_of, signed_in, visit_of

TEMPLATE: Final = "juries/jury.html"


class PlaceForm(Struct, frozen=True):
    """To join or leave says nothing but itself."""


class ExcuseForm(Struct, frozen=True):
    """The own seat, counted from 0. No cause is asked for."""

    seat: Annotated[int, Meta(ge=0, lt=2**31)]


async def jury_page(request: PageRequest, number: int, receipt: Receipt | None = None) -> Answer[JuryFile]:
    """The page of a jury. Raises NotFoundException."""
    square, visit = square_of(request), await visit_of(request)
    now = square.clock.now()

    async def load(tx: Tx) -> JuryFile:
        file = await jury_file(tx, number, visit.account, now)
        if file is None:
            raise NotFoundException
        return file

    page = await square.database.read(load)
    return Answer(page, TEMPLATE, beside={"receipt": receipt, "site": address_of(request)})


async def register_page(request: PageRequest) -> Answer[Registered]:
    """The register of jurors."""
    square, visit = square_of(request), await visit_of(request)
    now = square.clock.now()
    page = await square.database.read(lambda tx: register_of(tx, visit.account, now))
    return answer(request, "juries/register.html", page)


async def excused_page(request: PageRequest) -> Answer[JuryFile]:
    """The page of the jury in the address."""
    return await jury_page(request, known_number(str(request.path_params["jury"])))


@get("/jury", tags=["juries"])
async def show_register(request: PageRequest) -> Answer[Registered]:
    """The register of jurors, one's own place and seats in it, and the juries, newest first."""
    return await register_page(request)


@post("/jury/join", tags=["juries"], guards=[signed_in], opt={"again": register_page})
async def join_jurors(
    request: PageRequest, square: Square, visit: Visit, data: PlaceForm, key: Key = ""
) -> Response[Recorded]:
    """Take a place in the register of jurors."""
    recorded = await join_register(square, account_of(visit), await asked(request, key, data))
    return done(request, "/jury", Recorded(recorded.index, "/jury"))


@post("/jury/leave", tags=["juries"], guards=[signed_in], opt={"again": register_page})
async def leave_jurors(
    request: PageRequest, square: Square, visit: Visit, data: PlaceForm, key: Key = ""
) -> Response[Recorded]:
    """Leave the register of jurors."""
    recorded = await leave_register(square, account_of(visit), await asked(request, key, data))
    return done(request, "/jury", Recorded(recorded.index, "/jury"))


@get("/jury/{jury:str}", tags=["juries"])
async def show_jury(request: PageRequest, jury: str) -> Answer[JuryFile]:
    """A jury: its course and draw for everyone, the evidence for its jurors while it sits, the verdict."""
    return await jury_page(request, known_number(jury))


@post("/jury/{jury:str}/excuse", tags=["juries"], guards=[signed_in], opt={"again": excused_page})
async def excuse_juror(
    request: PageRequest, square: Square, visit: Visit, jury: str, data: ExcuseForm, key: Key = ""
) -> Response[Recorded]:
    """Be excused from one's own seat, without a cause, while the evidence is open."""
    once = await asked(request, key, data)
    recorded = await excuse(square, account_of(visit), known_number(jury), data.seat, once)
    return done(request, f"/jury/{jury}", Recorded(recorded.index, f"/jury/{jury}"))


routes = [show_register, join_jurors, leave_jurors, show_jury, excuse_juror]
