"""Votes: the value of each, the ballot and its receipt, and finding a receipt's ballot in the box."""

from typing import Annotated, Final

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct

from app.ballots import Ballot
from app.ballots import Receipt as Cast
from app.certified import PollFile, answers_of
from app.elections import approved_by, candidates_of
from app.judging import give_reason
from app.juries import JuryFile
from app.square import Square
from app.store.engines import Tx
from app.store.governed import value_of
from app.text import clean
from app.voting import Found, VoteShown, find_ballot, show_vote
from app.web.answers import PRIVATE, VARY, Answer, Onward, answer, wants_json
from app.web.cases import Prose
from app.web.juries import jury_page
from app.web.keys import Key, key_of
from app.web.numbers import errors_in, known_number
from app.web.polls import poll_page
from app.web.proposals import ProposalPage, Receipt, proposal_page
from app.web.requests import Invalid, PageRequest, square_of
from app.web.sentences import say
from app.web.visits import Visit, account_of, signed_in
from governance.elections import MOST_CANDIDATES
from governance.errors import Refused
from governance.juries import Jury
from governance.members import number
from governance.terms import Term, size_of
from governance.votes import Vote, has_choice

AnyPage = Answer[ProposalPage] | Answer[JuryFile] | Answer[PollFile]
NO_STORE: Final = {"Cache-Control": "no-store"}


Candidate = Annotated[str, Meta(pattern="^m:(0|[1-9][0-9]{0,14})\\Z")]


class BallotForm(Struct, frozen=True):
    """`choice` is 0 yes, 1 no, 2 blank; in an election `approves` are candidates, "m:17", none for a blank ballot.

    A program may send an election's choice as the number that the receipt will have, in place of names. A juror's 0
    carries what the jury is asked; their `reason` is published at the close, in an order of chance and by no number.
    """

    choice: Annotated[int, Meta(ge=-(2**32), lt=2**33)] | None = None
    approves: Annotated[list[Candidate], Meta(max_length=MOST_CANDIDATES)] = []
    reason: Prose = ""


class ReceiptForm(Struct, frozen=True):
    """What the receipt says: the place in the box, the token in hex, the choice as a number."""

    place: Annotated[int, Meta(ge=0, lt=2**53)]
    token: Annotated[str, Meta(pattern="^\\s*[0-9A-Fa-f]{64}\\s*\\Z", max_length=100)]
    choice: Annotated[int, Meta(ge=0, lt=2**32)]


class FoundPage(Found, frozen=True):
    """What a receipt finds, what the vote is on, and the receipt's token, which is sent to nobody else.

    `approved` are the candidates whom a ballot approves, None where the vote is no election. `proposal` is 0 for the
    vote of a jury, `asks` what that jury is asked, "" for other votes. `poll` is the post of a certified poll, whose
    `answers` are those that the ballot gives, counted from 1.
    """

    proposal: int
    jury: int
    asks: str
    token: str
    approved: tuple[str, ...] | None
    poll: str = ""
    answers: tuple[int, ...] = ()


@get("/votes/{vote:int}", tags=["votes"])
async def show_a_vote(request: PageRequest, square: Square, vote: int) -> Response[VoteShown]:
    """A vote as a value: roll, seals, turnout, and after the close the counts; a browser goes to its proposal."""
    index, now = known_number(str(vote)), square.clock.now()

    async def load(tx: Tx) -> VoteShown:
        value, term = await existing_vote(tx, index), await value_of(tx, Term, "secret_roll")
        assert term is not None, "a founded square has the term secret_roll"
        return await show_vote(tx, index, value, int(size_of(term.value)), now)

    shown = await square.database.read(load)
    if not wants_json(request):
        return Onward(shown, page_of(shown))
    return Response(shown, headers={"Vary": VARY, "Cache-Control": PRIVATE}, media_type="application/json")


@get(["/votes/{vote:int}/ballot", "/votes/{vote:int}/receipt"], include_in_schema=False)
async def go_to_vote(square: Square, vote: int) -> Response[None]:
    """Who comes back to the address of an answer that is shown once finds the page of the vote."""
    index = known_number(str(vote))
    value = await square.database.read(lambda tx: existing_vote(tx, index))
    return Onward(None, page_of(value))


async def ballot_page(request: PageRequest) -> AnyPage:
    """The page that holds the ballot and asks for receipts: the proposal's, the jury's. Raises NotFoundException."""
    return await _page_of_vote(request, known_number(str(request.path_params["vote"])))


async def _page_of_vote(request: PageRequest, index: int, receipt: Receipt | None = None) -> AnyPage:
    vote = await square_of(request).database.read(lambda tx: existing_vote(tx, index))
    page: AnyPage
    if vote.poll:
        page = await poll_page(request, int(vote.poll), receipt)
    elif vote.jury:
        page = await jury_page(request, vote.jury, receipt)
    else:
        page = await proposal_page(request, vote.proposal, receipt)
    page.headers.update(NO_STORE)  # a token may stand in it that was mistyped
    return page


@post("/votes/{vote:int}/ballot", tags=["votes"], guards=[signed_in], opt={"again": ballot_page})
async def cast_ballot(
    request: PageRequest, square: Square, visit: Visit, vote: int, data: BallotForm, key: Key = ""
) -> Response[Receipt]:
    """Cast a ballot, once. The receipt is in the answer and nowhere else: keep it.

    The same ballot sent again within a minute under the same key gets the same receipt.
    """
    index, member = known_number(str(vote)), account_of(visit).member
    if member is None or not member.startswith("m:"):
        raise Refused("roll-3", "you are not on the roll of this vote: you are no member of the register yet")
    reason = clean(data.reason)
    if reason:
        await _check_reason(square, index, reason)
    choice, once = await square.database.read(lambda tx: _choice(tx, index, data)), await key_of(request, key)
    cast = await square.polling.cast(Ballot(index, number(member), choice), once)
    if reason:
        await give_reason(square, cast, reason)
    receipt = await square.database.read(lambda tx: _receipt(tx, cast))
    if wants_json(request):
        headers = {"Vary": VARY, **NO_STORE}
        return Response(receipt, status_code=201, headers=headers, media_type="application/json")
    page = await _page_of_vote(request, index, receipt)
    page.status_code = 201
    return page  # type: ignore[return-value] # for people the receipt stands on the page of what they voted on


async def _check_reason(square: Square, index: int, reason: str) -> None:
    """Only a juror gives a reason. Raises Invalid."""
    vote = await square.database.read(lambda tx: existing_vote(tx, index))
    errors = errors_in(reason=reason)
    if not vote.jury:
        errors["reason"] = say("Only a juror gives a reason with a ballot.")
    if errors:
        raise Invalid(errors)


@post("/votes/{vote:int}/receipt", tags=["votes"], status_code=200, opt={"again": ballot_page})
async def find_receipt(request: PageRequest, square: Square, vote: int, data: ReceiptForm) -> Answer[FoundPage]:
    """Whether the ballot of a receipt lies in the box, with the proof that leads to the sealed root."""
    index = known_number(str(vote))

    async def load(tx: Tx) -> FoundPage:
        value = await existing_vote(tx, index)
        token = bytes.fromhex(data.token.strip())
        jury = await value_of(tx, Jury, value.jury) if value.jury else None
        found = await find_ballot(tx, index, value, data.place, token, data.choice)
        return FoundPage(
            **{name: getattr(found, name) for name in found.__struct_fields__},
            proposal=value.proposal,
            jury=value.jury,
            asks=jury.asks if jury is not None else "",
            token=token.hex(),
            approved=await approved_by(tx, value, data.choice),
            poll=value.poll,
            answers=_counted(value, data.choice),
        )

    return answer(request, "votes/found.html", await square.database.read(load), headers=NO_STORE)


def page_of(vote: Vote | VoteShown) -> str:
    """The address of the page of what a vote is on."""
    if vote.poll:
        return f"/polls/{vote.poll}#vote"
    return f"/jury/{vote.jury}#vote" if vote.jury else f"/proposals/{vote.proposal}#vote"


async def _choice(tx: Tx, index: int, form: BallotForm) -> int:
    """The number that a ballot says. Raises Invalid, Refused, NotFoundException."""
    if form.choice is not None and not form.approves:
        return form.choice
    vote = await existing_vote(tx, index)
    if not vote.approval:
        raise Invalid({"choice": say("This is missing.")})
    standing = [f"m:{one}" for one in await candidates_of(tx, vote.proposal)]
    if set(form.approves) - set(standing):
        raise Refused("ballot-3", "a ballot approves those who stand, and nobody else")
    return sum(1 << standing.index(one) for one in set(form.approves))


def _counted(vote: Vote, choice: int) -> tuple[int, ...]:
    """The answers of a certified poll that a ballot gives, counted from 1."""
    return tuple(place + 1 for place in answers_of(vote, choice)) if vote.poll and has_choice(vote, choice) else ()


async def _receipt(tx: Tx, cast: Cast) -> Receipt:
    vote = await existing_vote(tx, cast.vote)
    approved = await approved_by(tx, vote, cast.choice)
    return Receipt(cast.vote, cast.place, cast.token.hex(), cast.choice, f"/votes/{cast.vote}/receipt", approved)


async def existing_vote(tx: Tx, index: int) -> Vote:
    """The vote at an address. Raises NotFoundException."""
    vote = await value_of(tx, Vote, index)
    if vote is None:
        raise NotFoundException
    return vote


routes = [show_a_vote, go_to_vote, cast_ballot, find_receipt]
