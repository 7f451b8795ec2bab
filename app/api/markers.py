"""How far somebody has read, kept for all of their clients."""

from typing import Final

from msgspec import Struct

from app.api.bodies import nested, read_values
from app.api.callers import person
from app.api.errors import Unusable
from app.api.paging import number_in
from app.api.routes import get, post
from app.clock import iso
from app.square import Square
from app.store.accounts import Account
from app.store.engines import Tx
from app.store.markers import TIMELINES, Marker, Timeline, mark, markers_of
from app.web.requests import PageRequest

READ: Final = person("read:statuses")
WRITE: Final = person("write:statuses")


class MarkerItem(Struct, frozen=True):
    """The last that was read of a timeline."""

    last_read_id: str
    version: int
    updated_at: str


class Asked(Struct, frozen=True):
    """The timelines whose markers are wanted."""

    timeline: tuple[str, ...] = ()


class Place(Struct, frozen=True):
    """A marker that is set."""

    last_read_id: str


class Places(Struct, frozen=True):
    """The markers that are set."""

    home: Place | None = None
    notifications: Place | None = None


@get("/api/v1/markers", READ)
async def show_markers(request: PageRequest, square: Square, person: Account) -> dict[str, MarkerItem]:
    """The markers of the timelines that are asked for."""
    asked = read_values(Asked, nested([*request.query_params.items()]))
    found = await square.database.read(lambda tx: markers_of(tx, person.id))
    return {one.timeline: _item(one) for one in found if one.timeline in asked.timeline}


@post("/api/v1/markers", WRITE)
async def set_markers(square: Square, person: Account, data: Places) -> dict[str, MarkerItem]:
    """Set markers, and return those that were set."""
    wished = {"home": data.home, "notifications": data.notifications}
    places: dict[Timeline, int] = {}
    for timeline in TIMELINES:
        place = wished[timeline]
        if place is not None:
            number = number_in(place.last_read_id)
            if number is None:
                raise Unusable("last_read_id is no id: a decimal number below 2^63 is")
            places[timeline] = number

    async def write(tx: Tx) -> list[Marker]:
        for timeline, last_read in places.items():
            await mark(tx, person.id, timeline, last_read, square.clock.now())
        return await markers_of(tx, person.id)

    return {one.timeline: _item(one) for one in await square.database.write(write) if one.timeline in places}


def _item(one: Marker) -> MarkerItem:
    return MarkerItem(str(one.last_read), one.version, iso(one.updated_at))


routes = [show_markers, set_markers]
