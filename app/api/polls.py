"""Polls: what they ask, and answers to them."""

from typing import Annotated, Final

from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct
from msgspec.structs import replace

from app.api import entities
from app.api.accounts import known_id
from app.api.callers import anybody
from app.api.callers import person as person_with
from app.api.marks import shown_post
from app.api.routes import get, post
from app.api.speech import poll_as
from app.api.views import View
from app.certified import cast
from app.polls import MOST_OPTIONS, BallotRefused
from app.square import Square
from app.store.accounts import Account
from app.store.engines import Tx
from app.store.polls import BLANK

MOST_CHOICES: Final = 4 * MOST_OPTIONS


class BallotForm(Struct, frozen=True):
    """The places of the answers that are given, -1 alone for a blank ballot."""

    choices: Annotated[list[Annotated[int, Meta(ge=BLANK)]], Meta(max_length=MOST_CHOICES)] = []


@get("/api/v1/polls/{poll_id:str}", anybody("read:statuses"))
async def show_poll(square: Square, view: View, poll_id: str) -> entities.Poll:
    """The poll of a post that the caller sees."""
    return await square.database.read(lambda tx: _shown(tx, known_id(poll_id), view))


@post("/api/v1/polls/{poll_id:str}/votes", person_with("write:statuses"))
async def vote_in_poll(square: Square, person: Account, view: View, poll_id: str, data: BallotForm) -> entities.Poll:
    """Answer a poll, once; the answer counts when this is answered. Of a certified one the receipt is in it."""
    poll = known_id(poll_id)
    receipt: entities.PollReceipt | None = None
    try:
        await square.ballots.cast(poll, person.id, data.choices)
    except BallotRefused as refused:
        if refused.reason != "certified":
            raise
        put = await cast(square, person, poll, data.choices)
        receipt = entities.PollReceipt(put.vote, put.place, put.token.hex(), put.choice)
    shown = await square.database.read(lambda tx: _shown(tx, poll, view))
    return replace(shown, receipt=receipt) if receipt is not None else shown


async def _shown(tx: Tx, poll: int, view: View) -> entities.Poll:
    shown = await shown_post(tx, poll, view)
    if shown.poll is None:
        raise NotFoundException
    return poll_as(shown.id, shown.poll, view)


routes = [show_poll, vote_in_poll]
