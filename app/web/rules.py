"""The rules: which are in force or were on a day, their words, their versions and what changed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, Literal

from litestar import Response, get
from litestar.exceptions import NotFoundException
from msgspec import Struct

from app.changes import Difference, RuleText, compare, rule_text
from app.proposals import ProposalLine, list_lines
from app.square import Square
from app.store.engines import Tx
from app.store.rules import (
    DAY,
    Applied,
    Daily,
    Words,
    applied,
    applied_daily,
    latest_versions,
    versions_at,
    versions_of,
    words_of,
)
from app.store.votes import about_rule, proposals_of, votes_among
from app.web.answers import Answer, answer
from app.web.atom import FeedEntry, feed
from app.web.numbers import known_number
from app.web.requests import Invalid, PageRequest
from app.web.sentences import say
from app.web.visits import Visit
from governance.rules import RuleVersion
from governance.votes import Vote

MONTHS: Final = 12
IN_FEED: Final = 50


class Adopted(Struct, frozen=True):
    """The vote that adopted a version, with its counts: yes, no, blank."""

    proposal: int
    vote: int
    counts: tuple[int, ...]


class RuleItem(Struct, frozen=True):
    """A version of a rule: law in [since, until), until 0 for no end known. `adopted` is None at the founding.

    `enacted` is the entry that brought it. A version whose words cannot be `shown` is not in force.
    """

    rule: int
    version: int
    words: RuleText
    shown: bool
    since: int
    until: int
    enacted: int
    adopted: Adopted | None
    applied: Applied


class RulesPage(Struct, frozen=True):
    """The rules that were law `at` a time (Unix ms); `on` is the day that was asked for, "" for now."""

    items: tuple[RuleItem, ...]
    at: int
    on: str


class Month(Struct, frozen=True):
    """The decisions of a month under a rule; `since` is its first moment, Unix ms UTC."""

    since: int
    restricted: int
    dismissed: int
    appealed: int
    reversed: int


Standing = Literal["in force", "repealed", "lapsed", "not shown"]


class RulePage(Struct, frozen=True):
    """A rule with all its versions, newest first, how it was used in the last months, and what would change it.

    `current` is the version that was the last one `at` a time (Unix ms); `on` is the day asked for, "" for now.
    """

    rule: int
    at: int
    on: str
    status: Standing
    current: RuleItem
    versions: tuple[RuleItem, ...]
    months: tuple[Month, ...]
    proposals: tuple[ProposalLine, ...]


class DiffPage(Struct, frozen=True):
    """What changed between two versions of a rule."""

    rule: int
    older: RuleItem
    newer: RuleItem
    difference: Difference


@get("/rules", tags=["rules"])
async def show_rules(request: PageRequest, square: Square, on: str = "") -> Answer[RulesPage]:
    """The rules in force, or with `?on=2026-11-23` those in force at the end of that day."""
    now = square.clock.now()
    at = min(day_end(on), now) if on else now

    async def load(tx: Tx) -> tuple[RuleItem, ...]:
        return await items_of(tx, await versions_at(tx, at))

    items = sorted(await square.database.read(load), key=lambda item: label_order(item.words.label))
    return answer(request, "rules/list.html", RulesPage(tuple(items), at, on))


@get("/rules.atom", tags=["rules"], opt={"public": True}, media_type="application/atom+xml")
async def send_feed(request: PageRequest, square: Square, visit: Visit) -> Response[bytes]:
    """Every new version of a rule, newest first."""

    async def load(tx: Tx) -> tuple[RuleItem, ...]:
        return await items_of(tx, await latest_versions(tx, IN_FEED))

    entries = [_feed_entry(item, visit) for item in await square.database.read(load)]
    return feed(request, visit.tongue.tell(say("The rules of this square")), "/rules", entries)


def _feed_entry(item: RuleItem, visit: Visit) -> FeedEntry:
    words = item.words
    title = say(
        "Rule %(label)s “%(title)s”, version %(version)s",
        label=words.label,
        title=words.title,
        version=str(item.version),
    )
    return FeedEntry(f"/rules/{item.rule}#version-{item.version}", visit.tongue.tell(title), words.text, item.since)


@get("/rules/{rule:str}", tags=["rules"])
async def show_rule(request: PageRequest, square: Square, rule: str, on: str = "") -> Answer[RulePage]:
    """A rule: words, use, versions with their votes, and what would change it; `?on=2026-11-23` as of that day."""
    number, now = known_number(rule), square.clock.now()
    at = min(day_end(on), now) if on else now

    async def load(tx: Tx) -> RulePage | None:
        versions = await versions_of(tx, number)
        if not versions:
            return None
        items = await items_of(tx, versions)
        current = next((item for item in reversed(items) if item.since <= at), None)
        if current is None:
            return None
        version = versions[current.version - 1]
        status = status_of(current, version, at)
        months = months_before(now)
        used = by_month(months, await applied_daily(tx, number, months[0]))
        lines = await list_lines(tx, await about_rule(tx, number, now), now)
        return RulePage(number, at, on, status, current, items[::-1], used, lines)

    page = await square.database.read(load)
    if page is None:
        raise NotFoundException
    return answer(request, "rules/rule.html", page)


@get("/rules/{rule:str}/diff/{span:str}", tags=["rules"])
async def show_diff(request: PageRequest, square: Square, rule: str, span: str) -> Answer[DiffPage]:
    """What changed between two versions, `/rules/12/diff/1..2`."""
    older, _, newer = span.partition("..")
    number, wanted = known_number(rule), (known_number(older), known_number(newer))

    async def load(tx: Tx) -> dict[int, RuleItem]:
        versions = [version for version in await versions_of(tx, number) if version.version in wanted]
        return {item.version: item for item in await items_of(tx, versions)}

    items = await square.database.read(load)
    if not items.keys() >= set(wanted):
        raise NotFoundException
    first, second = items[wanted[0]], items[wanted[1]]
    return answer(request, "rules/diff.html", DiffPage(number, first, second, compare(first.words, second.words)))


def status_of(item: RuleItem, version: RuleVersion, at: int) -> Standing:
    """How a rule stood with this, its last version at that time."""
    if version.in_force_at(at):
        return "in force" if item.shown else "not shown"
    return "repealed" if 0 < version.until <= at else "lapsed"


async def items_of(tx: Tx, versions: Sequence[RuleVersion]) -> tuple[RuleItem, ...]:
    """Versions with their words, votes and figures; one query a kind."""
    words = await words_of(tx, {version.enacted for version in versions})
    proposals = await proposals_of(tx, {version.proposal for version in versions if version.proposal})
    adopting = {number: proposal.vote for number, proposal in proposals.items()}
    votes = await votes_among(tx, set(adopting.values()))
    figures = await applied(tx, {version.rule for version in versions})
    return tuple(
        _item(
            version,
            words.get(version.enacted, Words()),
            _adopted(version.proposal, adopting, votes),
            figures.get(version.rule, Applied(version.rule)),
        )
        for version in versions
    )


def _adopted(proposal: int, adopting: dict[int, int], votes: dict[int, Vote]) -> Adopted | None:
    if not proposal:
        return None
    return Adopted(proposal, adopting[proposal], votes[adopting[proposal]].counts)


def _item(version: RuleVersion, words: Words, by: Adopted | None, figures: Applied) -> RuleItem:
    is_whole = (
        bool(words.title and words.text and words.aim)
        and (len(words.elements), len(words.tests)) == (version.elements, version.tests)
        and bool(words.condition) == bool(version.condition)
    )
    return RuleItem(
        rule=version.rule,
        version=version.version,
        words=rule_text(version, words),
        shown=is_whole,
        since=version.since,
        until=version.end,
        enacted=version.enacted,
        adopted=by,
        applied=figures,
    )


def months_before(now: int) -> list[int]:
    """The first moments of the last twelve months, this one the last."""
    today = datetime.fromtimestamp(now / 1000, UTC)
    count = today.year * 12 + today.month - 1
    starts = [datetime(n // 12, n % 12 + 1, 1, tzinfo=UTC) for n in range(count - MONTHS + 1, count + 1)]
    return [int(start.timestamp() * 1000) for start in starts]


def by_month(months: Sequence[int], days: Sequence[Daily]) -> tuple[Month, ...]:
    """The decisions of each month, newest last."""
    sums = {since: [0, 0, 0, 0] for since in months}
    for day in days:
        since = max(month for month in months if month <= day.day * DAY)
        counted = (day.restricted, day.dismissed, day.appealed, day.reversed)
        sums[since] = [one + more for one, more in zip(sums[since], counted, strict=True)]
    return tuple(Month(since, *counts) for since, counts in sums.items())


def day_end(on: str) -> int:
    """The last millisecond of a day written as 2026-11-23. Raises Invalid."""
    try:
        day = datetime.strptime(on, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise Invalid({"on": say("Write a day as year, month and day, such as 2026-11-23.")}) from error
    return int(day.timestamp() * 1000) + DAY - 1


def label_order(label: str) -> tuple[int, ...]:
    """2.10 comes after 2.9."""
    return tuple(int(part) for part in label.split("."))


routes = [show_rules, send_feed, show_rule, show_diff]
