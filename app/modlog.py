"""The public log as it is told: each decision with its rule, its outcome and what became of it."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Final

from msgspec import Struct

from app.outcomes import AppealState, Stands, appeal_state, appeals_against, standing_of
from app.store.cases import versions_among
from app.store.engines import Database, Tx
from app.store.erasures import erased_of
from app.store.governed import values_of
from app.store.modlog import NEWEST, Filters, Logged, appeals_in, decisions
from app.store.rules import Words, rules_of, words_of
from governance.acts.words import Sanction
from governance.appeals import Appealed
from governance.cases import Bulk
from governance.rules import RuleVersion

AT_ONCE: Final = 500


class Item(Struct, frozen=True):
    """A decision. `rule` is the rule's label; `at` and `until` are Unix ms; what restricts nothing has no end.

    `jury` is the one that sits over it or judged it last, None for none. `erased` is the entry by which its reasons
    were erased, None while they are shown; `others` is how many other posts of the account it names.
    """

    entry: int
    at: int
    case: int
    post: str
    rule: str
    outcome: str
    sanction: Sanction | None
    decider: str
    until: int | None
    appeal: AppealState
    jury: int | None
    erased: int | None
    others: int


class Note(Struct, frozen=True):
    """What the page tells beside an item: the rule by number and title, and how the case stands."""

    rule: int
    title: str
    stands: Stands
    is_superseded: bool


class Told(Struct, frozen=True):
    """Decisions with the notes to them, newest first."""

    items: tuple[Item, ...]
    notes: tuple[Note, ...]


async def log_page(tx: Tx, filters: Filters, before: int, most: int, now: int) -> Told:
    """Decisions before an entry, newest first; one query a kind."""
    return await _told(tx, await decisions(tx, filters, before, most), now)


async def whole_log(database: Database, filters: Filters, now: int) -> AsyncIterator[Item]:
    """Every decision, newest first, read piece by piece."""
    before = NEWEST
    while True:
        told = await database.read(partial(log_page, filters=filters, before=before, most=AT_ONCE, now=now))
        for item in told.items:
            yield item
        if len(told.items) < AT_ONCE:
            return
        before = told.items[-1].entry


async def _told(tx: Tx, logged: Sequence[Logged], now: int) -> Told:
    cases = [one.case for one in logged]
    versions = await versions_among(tx, {(case.rule, case.rule_version) for case in cases})
    words = await words_of(tx, sorted({version.enacted for version in versions.values()}))
    rules = await rules_of(tx, {case.rule for case in cases})
    appeals = await appeals_in(tx, cases)
    erased = {one.entry: one.erasure for one in await erased_of(tx, [one.entry for one in logged])}
    named = {
        int(entry): len(one.posts) for entry, one in (await values_of(tx, Bulk, [o.entry for o in logged])).items()
    }
    items = tuple(_item(one, rules[one.case.rule].label, appeals, erased, named, now) for one in logged)
    cited = [versions[one.case.rule, one.case.rule_version] for one in logged]
    titles = [words.get(version.enacted, Words()).title for version in cited]
    notes = tuple(
        _note(one, version, title, appeals, now) for one, version, title in zip(logged, cited, titles, strict=True)
    )
    return Told(items, notes)


def _item(
    logged: Logged,
    label: str,
    appeals: dict[int, Appealed],
    erased: dict[int, int],
    named: dict[int, int],
    now: int,
) -> Item:
    against = appeals_against(logged.case, appeals)
    last = against.author or against.reporters
    return Item(
        entry=logged.entry,
        at=logged.at,
        case=logged.number,
        post=logged.case.post,
        rule=label,
        outcome=logged.outcome,
        sanction=logged.sanction or None,
        decider=logged.decider,
        until=logged.until if logged.sanction else None,
        appeal="reversed" if logged.is_superseded else appeal_state(logged.case, against, now),
        jury=last.jury or None if last is not None and not logged.is_superseded else None,
        erased=erased.get(logged.entry),
        others=named.get(logged.entry, 0),
    )


def _note(logged: Logged, version: RuleVersion, title: str, appeals: dict[int, Appealed], now: int) -> Note:
    standing = standing_of(logged.case, version.ground, appeals_against(logged.case, appeals), now)
    return Note(version.rule, title, standing.stands, logged.is_superseded)
