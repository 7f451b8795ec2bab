"""What concerns the reader: their cases and reports, what waits for them, and all that stands under their number."""

from typing import Annotated

from litestar import Response, get, post
from litestar.params import QueryParameter
from msgspec import Struct

from app.caselists import CaseLine, Queue, lines_of, queue_for
from app.offices import close_account
from app.square import Square
from app.store.benches import MySeat, seats_of
from app.store.cases import cases_among, cases_of_author
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.mine import Marked, Told, closed_votes, entries_naming, marks_of
from app.store.offices import office_of
from app.store.reporters import cases_reported_by, pseudonyms_of
from app.web.answers import Answer, Recorded, answer, done
from app.web.keys import Key, asked
from app.web.ledger import Line
from app.web.requests import Invalid, PageRequest, square_of
from app.web.sentences import say
from app.web.visits import Visit, account_of, signed_in, visit_of
from app.web.words import sentence_of
from governance.entry import type_of
from governance.members import Member

MOST_CASES = 50
MOST_VOTES = 50
MOST_IN_A_PAGE = 50
NEWEST = 2**53

Before = Annotated[int, QueryParameter(ge=0, le=NEWEST, description="Only entries before this one.")]


class MinePage(Struct, frozen=True):
    """What concerns the reader: cases about their posts, what they reported, and what waits for them in an office.

    Of each vote that has closed with them on its roll, `votes` tells whether a mark stands for them. `seats` are theirs
    in juries that have still to answer.
    """

    member: str | None
    cases: tuple[CaseLine, ...]
    reported: tuple[CaseLine, ...]
    queue: Queue | None
    votes: tuple[Told, ...]
    seats: tuple[MySeat, ...]


class ActsPage(Struct, frozen=True):
    """Every entry under the reader's number, newest first, and every mark of a vote that stands for them."""

    member: str | None
    items: tuple[Line, ...]
    marks: tuple[Marked, ...]
    next: str | None


class ClosePage(Struct, frozen=True):
    """The question before an account is closed."""

    member: str | None
    is_closed: bool


class CloseForm(Struct, frozen=True):
    """The word that one means it."""

    sure: bool = False


@get("/me", tags=["mine"], guards=[signed_in])
async def show_mine(request: PageRequest, square: Square, visit: Visit) -> Answer[MinePage]:
    """My cases and appeals with their dates, what I reported, and what waits for me."""
    account, now = account_of(visit), square.clock.now()

    async def load(tx: Tx) -> MinePage:
        mine = await cases_of_author(tx, account.member, MOST_CASES) if account.member else {}
        pseudonyms = await pseudonyms_of(tx, account.id)
        reported = await cases_among(tx, await cases_reported_by(tx, pseudonyms, MOST_CASES))
        lines = await lines_of(tx, {**mine, **reported}, now)
        moderates = await office_of(tx, "moderator", account.member, now) is not None
        return MinePage(
            member=account.member,
            cases=tuple(lines[case] for case in mine),
            reported=tuple(lines[case] for case in reported),
            queue=await queue_for(tx, account, now) if moderates else None,
            votes=tuple(await closed_votes(tx, account.member, 0, MOST_VOTES)) if account.member else (),
            seats=await seats_of(tx, account.member, now),
        )

    return answer(request, "mine/mine.html", await square.database.read(load))


@get("/me/acts", tags=["mine"], guards=[signed_in])
async def show_acts(request: PageRequest, square: Square, visit: Visit, before: Before = NEWEST) -> Answer[ActsPage]:
    """Every entry under my number, and every mark of a vote that stands for me: was it me?"""
    member = account_of(visit).member

    async def load(tx: Tx) -> ActsPage:
        if member is None:
            return ActsPage(None, (), (), None)
        found = await entries_naming(tx, member, before, MOST_IN_A_PAGE)
        items = tuple(
            Line(index, entry.at, entry.by, type_of(entry.act), sentence_of(index, entry))
            for index, entry in found.entries.items()
        )
        older = f"/me/acts?before={found.before}" if found.before else None
        return ActsPage(member, items, tuple(await marks_of(tx, member)), older)

    return answer(request, "mine/acts.html", await square.database.read(load))


async def close_page(request: PageRequest) -> Answer[ClosePage]:
    """The question before an account is closed."""
    square, account = square_of(request), account_of(await visit_of(request))
    number = int(account.member[2:]) if account.member else -1
    member = await square.database.read(lambda tx: value_of(tx, Member, number))
    return answer(request, "mine/close.html", ClosePage(account.member, bool(member and member.closed)))


@get("/me/close", tags=["mine"], guards=[signed_in])
async def ask_to_close(request: PageRequest) -> Answer[ClosePage]:
    """Ask once before an account is closed."""
    return await close_page(request)


@post("/me/close", tags=["mine"], guards=[signed_in], opt={"again": close_page})
async def close_mine(
    request: PageRequest, square: Square, visit: Visit, data: CloseForm, key: Key = ""
) -> Response[Recorded]:
    """Close one's own account: it does nothing any more, and what it said stays."""
    if not data.sure:
        raise Invalid({"sure": say("Say that you mean it: this cannot be taken back.")})
    recorded = await close_account(square, account_of(visit), await asked(request, key, data))
    return done(request, "/me/close", Recorded(recorded.index, "/me/close"))


routes = [show_mine, show_acts, ask_to_close, close_mine]
