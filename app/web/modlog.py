"""The public log of moderation: a page, a feed, a file, and JSON."""

import csv
from collections.abc import AsyncIterator, Mapping
from io import StringIO
from typing import Annotated, Final, Literal
from urllib.parse import urlencode

from litestar import Response, get
from litestar.params import QueryParameter
from litestar.response import Stream
from msgspec import Struct

from app.clock import iso
from app.modlog import Item, Note, Told, log_page, whole_log
from app.outcomes import AppealState
from app.square import Square
from app.store.engines import Tx
from app.store.modlog import NEWEST, Choices, Filters, choices
from app.web.answers import Answer
from app.web.atom import ATOM, FeedEntry, feed
from app.web.requests import PageRequest
from app.web.sentences import Sentence, say
from app.web.visits import Visit
from app.web.words import EMERGENCIES, SANCTIONS

MOST_IN_A_PAGE: Final = 50
CSV: Final = "text/csv"
COLUMNS: Final = Item.__struct_fields__
APPEALS: Final[Mapping[AppealState, Sentence]] = {
    "": say("Not decided yet."),
    "possible": say("Not appealed."),
    "open": say("An appeal is under way."),
    "unanswered": say("An appeal was not answered in time."),
    "maintained": say("Kept on appeal."),
    "jury": say("A jury sits over it."),
    "upheld": say("Upheld by a jury."),
    "reversed": say("Reversed on appeal."),
    "over": say("The time for appeals is over."),
}
"""What became of an appeal."""

JUDGED: Final[Mapping[str, Sentence]] = {
    "jury": say("Jury %(jury)s sits over it.", jury=""),
    "upheld": say("Upheld by jury %(jury)s.", jury=""),
    "reversed": say("Reversed by jury %(jury)s.", jury=""),
}
"""What became of it where a jury judged."""

ELSEWHERE: Final = say("Its page tells how it stands, and how to contest it.")
GROUNDS: Final[Mapping[str, Sentence]] = {str(ground): said for ground, said in EMERGENCIES.items()}

Rule = Annotated[str, QueryParameter(description='Only decisions under rules of this label, such as "5.1".')]
Decider = Annotated[str, QueryParameter(description='Only decisions by this moderator, such as "m:17".')]
Outcome = Annotated[Literal["", "none", "restrict"], QueryParameter(description="Only decisions of this outcome.")]
Sanction = Annotated[
    Literal["", "label", "interstitial", "slow", "unrecommend", "fold", "withhold", "mute", "suspend"],
    QueryParameter(description="Only decisions with this sanction."),
]
Kind = Annotated[
    Literal["", "case", "emergency", "order"],
    QueryParameter(description="Only decisions in cases, only emergencies, or only orders of the law."),
]
Before = Annotated[int, QueryParameter(ge=0, le=NEWEST, description="Only entries before this one.")]


class LogPage(Struct, frozen=True):
    """Decisions, newest first, and the address of older ones."""

    items: tuple[Item, ...]
    next: str | None


@get("/modlog", tags=["log"])
async def show_log(
    square: Square,
    rule: Rule = "",
    decider: Decider = "",
    outcome: Outcome = "",
    sanction: Sanction = "",
    kind: Kind = "",
    before: Before = NEWEST,
) -> Answer[LogPage]:
    """Every decision, emergency and order of the law, newest first."""
    filters, now = Filters(rule, decider, outcome, sanction, kind), square.clock.now()

    async def load(tx: Tx) -> tuple[Told, Choices]:
        return await log_page(tx, filters, before, MOST_IN_A_PAGE, now), await choices(tx)

    told, offered = await square.database.read(load)
    older = f"/modlog?{query_of(filters, told.items[-1].entry)}" if len(told.items) >= MOST_IN_A_PAGE else None
    return Answer(
        LogPage(told.items, older),
        "modlog/log.html",
        beside={"notes": told.notes, "filters": filters, "choices": offered, "query": query_of(filters)},
    )


@get("/modlog.csv", tags=["log"], media_type=CSV, opt={"public": True})
async def send_csv(
    square: Square,
    rule: Rule = "",
    decider: Decider = "",
    outcome: Outcome = "",
    sanction: Sanction = "",
    kind: Kind = "",
) -> Stream:
    """Every decision, emergency and order as a table; times as 2026-11-02T09:43:00.000Z."""
    items = whole_log(square.database, Filters(rule, decider, outcome, sanction, kind), square.clock.now())
    headers = {"Content-Disposition": 'attachment; filename="modlog.csv"', "Cache-Control": "no-cache"}
    return Stream(_lines(items), media_type=CSV, headers=headers)


@get("/modlog.atom", tags=["log"], media_type=f"{ATOM}; charset=utf-8")
async def send_feed(
    request: PageRequest,
    square: Square,
    visit: Visit,
    rule: Rule = "",
    decider: Decider = "",
    outcome: Outcome = "",
    sanction: Sanction = "",
    kind: Kind = "",
) -> Response[bytes]:
    """The latest decisions as an Atom feed (RFC 4287)."""
    filters, now = Filters(rule, decider, outcome, sanction, kind), square.clock.now()
    told = await square.database.read(lambda tx: log_page(tx, filters, NEWEST, MOST_IN_A_PAGE, now))
    tell = visit.tongue.tell
    entries = [
        FeedEntry(f"/ledger/{item.entry}", tell(_title(item, note)), tell(outcome_of(item)), item.at)
        for item, note in zip(told.items, told.notes, strict=True)
    ]
    query = query_of(filters)
    return feed(request, tell(say("Public log of moderation")), f"/modlog?{query}" if query else "/modlog", entries)


def outcome_of(item: Item) -> Sentence:
    """What became of a decision, and by which jury."""
    if item.kind != "case":
        return ELSEWHERE
    if item.jury is None or item.appeal not in JUDGED:
        return APPEALS[item.appeal]
    return JUDGED[item.appeal].with_values(jury=str(item.jury))


def _title(item: Item, note: Note) -> Sentence:
    if item.kind == "emergency":
        return say("Emergency %(case)s: %(ground)s", case=str(item.case), ground=GROUNDS[item.ground])
    if item.kind == "order":
        return say("Order of the law %(case)s", case=str(item.case))
    return say(
        "Case %(case)s, rule %(label)s “%(title)s”: %(sanction)s",
        case=str(item.case),
        label=item.rule,
        title=note.title,
        sanction=SANCTIONS[item.sanction or ""],
    )


def query_of(filters: Filters, before: int | None = None) -> str:
    """The filters as the query of an address, without those that ask for everything."""
    asked = {name: getattr(filters, name) for name in Filters.__struct_fields__}
    wanted = {name: wish for name, wish in asked.items() if wish}
    return urlencode(wanted if before is None else {**wanted, "before": str(before)})


async def _lines(items: AsyncIterator[Item]) -> AsyncIterator[bytes]:
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    async for item in items:
        writer.writerow([_cell(name, getattr(item, name)) for name in COLUMNS])
        if buffer.tell() > 16_384:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _cell(name: str, value: int | str | None) -> str:
    if value is None:
        return ""
    return iso(int(value)) if name in ("at", "until") else str(value)


routes = [show_log, send_csv, send_feed]
