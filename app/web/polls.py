"""Answering a poll; the page of a certified one, with its box, its receipt and its count."""

from typing import Annotated, Final

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct

from app.certified import PollFile, cast, poll_file
from app.polls import MOST_OPTIONS
from app.square import Square
from app.store.engines import Tx
from app.store.polls import BLANK
from app.web.answers import VARY, Answer, Onward, done, local_path, wants_json
from app.web.atom import address_of
from app.web.keys import Key, key_of
from app.web.posts import known_id
from app.web.proposals import Receipt
from app.web.requests import PageRequest, square_of
from app.web.visits import Visit, account_of, signed_in, visit_of

MOST_CHOICES: Final = 4 * MOST_OPTIONS
NO_STORE: Final = {"Cache-Control": "no-store"}


class BallotForm(Struct, frozen=True):
    """The places of the answers that were chosen, -1 alone for a blank ballot, and the page to go back to."""

    choices: Annotated[list[Annotated[int, Meta(ge=BLANK)]], Meta(max_length=MOST_CHOICES)] = []
    next: Annotated[str, Meta(max_length=2000)] = ""


class CertifiedForm(Struct, frozen=True):
    """The places of the answers that were chosen, -1 alone for a blank ballot."""

    choices: Annotated[list[Annotated[int, Meta(ge=BLANK)]], Meta(max_length=MOST_CHOICES)] = []


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


async def poll_page(request: PageRequest, poll: int, receipt: Receipt | None = None) -> Answer[PollFile]:
    """The page of the certified poll of a post. Raises NotFoundException."""
    square, visit = square_of(request), await visit_of(request)
    now = square.clock.now()

    async def load(tx: Tx) -> PollFile:
        file = await poll_file(tx, poll, visit.account, now, visit.country)
        if file is None:
            raise NotFoundException
        return file

    page = await square.database.read(load)
    return Answer(page, "polls/poll.html", beside={"receipt": receipt, "site": address_of(request)})


async def asked_page(request: PageRequest) -> Answer[PollFile]:
    """The page of the poll in the address, which may hold a token that was mistyped."""
    page = await poll_page(request, known_id(str(request.path_params["post_id"])))
    page.headers.update(NO_STORE)
    return page


@get("/polls/{post_id:str}", tags=["polls"])
async def show_certified(request: PageRequest, post_id: str) -> Answer[PollFile]:
    """The certified poll of a post: what it asks, its box, roll and seals, and after the close the count."""
    return await poll_page(request, known_id(post_id))


@post("/polls/{post_id:str}/ballot", tags=["polls"], guards=[signed_in], opt={"again": asked_page})
async def cast_certified(
    request: PageRequest, square: Square, visit: Visit, post_id: str, data: CertifiedForm, key: Key = ""
) -> Response[Receipt]:
    """Answer a certified poll, once. The receipt is in the answer and nowhere else: keep it."""
    poll, once = known_id(post_id), await key_of(request, key)
    put = await cast(square, account_of(visit), poll, data.choices, once)
    receipt = Receipt(put.vote, put.place, put.token.hex(), put.choice, f"/votes/{put.vote}/receipt")
    if wants_json(request):
        headers = {"Vary": VARY, **NO_STORE}
        return Response(receipt, status_code=201, headers=headers, media_type="application/json")
    page = await poll_page(request, poll, receipt)
    page.headers.update(NO_STORE)
    page.status_code = 201
    return page  # type: ignore[return-value] # for people the receipt stands on the page of the poll


@get("/polls/{post_id:str}/ballot", include_in_schema=False)
async def go_to_poll(post_id: str) -> Response[None]:
    """Who comes back to the address of an answer that is shown once finds the page of the poll."""
    return Onward(None, f"/polls/{known_id(post_id)}")


routes = [cast_ballot, show_certified, cast_certified, go_to_poll]
