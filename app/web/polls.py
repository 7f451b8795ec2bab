"""Answering a poll."""

from typing import Annotated, Final

from litestar import Response, post
from msgspec import Meta, Struct

from app.polls import MOST_OPTIONS
from app.square import Square
from app.store.polls import BLANK
from app.web.answers import done, local_path
from app.web.posts import known_id
from app.web.requests import PageRequest
from app.web.visits import Visit, account_of, signed_in

MOST_CHOICES: Final = 4 * MOST_OPTIONS


class BallotForm(Struct, frozen=True):
    """The places of the answers that were chosen, -1 alone for a blank ballot, and the page to go back to."""

    choices: Annotated[list[Annotated[int, Meta(ge=BLANK)]], Meta(max_length=MOST_CHOICES)] = []
    next: Annotated[str, Meta(max_length=2000)] = ""


class Counted(Struct, frozen=True):
    """A ballot that counts; it was committed before this was sent."""

    poll: str
    choices: tuple[int, ...]


@post("/posts/{post_id:str}/ballot", tags=["polls"], guards=[signed_in])
async def cast_ballot(
    request: PageRequest, square: Square, visit: Visit, post_id: str, data: BallotForm
) -> Response[Counted]:
    """Answer the poll of a post, once."""
    ballot = await square.ballots.cast(known_id(post_id), account_of(visit).id, data.choices)
    url = local_path(data.next, f"/posts/{ballot.poll}")
    return done(request, url, Counted(str(ballot.poll), ballot.choices))


routes = [cast_ballot]
