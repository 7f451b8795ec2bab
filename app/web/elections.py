"""Standing in an election, and standing down."""

from litestar import Response, post
from msgspec import Struct

from app.moderation import number_of
from app.proposing import stand, stand_down
from app.square import Square
from app.web.answers import Recorded, entered
from app.web.keys import Key, asked
from app.web.numbers import known_number
from app.web.requests import PageRequest
from app.web.visits import Visit, account_of, signed_in


class StandForm(Struct, frozen=True):
    """Standing and standing down say nothing but themselves."""


@post("/proposals/{proposal:str}/stand", tags=["proposals"], guards=[signed_in])
async def stand_in_election(
    request: PageRequest, square: Square, visit: Visit, proposal: str, data: StandForm, key: Key = ""
) -> Response[Recorded]:
    """Stand as a candidate of an election, until its freeze."""
    number, once = known_number(proposal), await asked(request, key, data)
    recorded = await stand(square, number_of(account_of(visit)), number, once)
    return entered(request, f"/proposals/{number}", recorded.index)


@post("/proposals/{proposal:str}/stand-down", tags=["proposals"], guards=[signed_in])
async def stand_down_from_election(
    request: PageRequest, square: Square, visit: Visit, proposal: str, data: StandForm, key: Key = ""
) -> Response[Recorded]:
    """Stand in an election no longer, until its freeze."""
    number, once = known_number(proposal), await asked(request, key, data)
    recorded = await stand_down(square, number_of(account_of(visit)), number, once)
    return entered(request, f"/proposals/{number}", recorded.index)


routes = [stand_in_election, stand_down_from_election]
