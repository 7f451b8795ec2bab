"""The public log as it is told: each decision with its rule, its outcome and what became of it."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Final, Literal

from msgspec import Struct

from app import emergencies, orders
from app.outcomes import AppealState, Stands, appeal_state, appeals_against, standing_of
from app.store.cases import versions_among
from app.store.engines import Database, Tx
from app.store.erasures import erased_of
from app.store.governed import values_of
from app.store.modlog import NEWEST, Filters, Logged, Powers, appeals_in, decisions, powers
from app.store.rules import Words, rules_of, words_of
from governance.acts.words import Sanction
from governance.appeals import Appealed
from governance.cases import Bulk
from governance.emergencies import Emergency
from governance.orders import Compliance, Order
from governance.rules import RuleVersion

AT_ONCE: Final = 500


class Item(Struct, frozen=True):
    """A decision, an emergency, or an order of the law.

    `rule` is the rule's label, "" where there is none; `at` and `until` are Unix ms; what restricts nothing has no end,
    nor has what no date ends. Of an emergency and of an order `case` is its own number, and `ground` the emergency's or
    the kind of the order. `post` is "" where an order is about no post, or about more than one. `jury` is the one that
    sits over it or judged it last, None for none. `erased` is the entry by which its reasons were erased, None while
    they are shown; `others` is how many other posts of the account a decision names.
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
    kind: Literal["case", "emergency", "order"] = "case"
    ground: str = ""


class Note(Struct, frozen=True):
    """What the page tells beside an item: the rule by number and title, and how the case stands."""

    rule: int
    title: str
    stands: Stands | emergencies.Stands | orders.Stands
    is_superseded: bool


class Told(Struct, frozen=True):
    """Decisions with the notes to them, newest first."""

    items: tuple[Item, ...]
    notes: tuple[Note, ...]


async def log_page(tx: Tx, filters: Filters, before: int, most: int, now: int) -> Told:
    """Decisions before an entry, newest first; one query a kind."""
    decided = await _told(tx, await decisions(tx, filters, before, most), now)
    withheld = _powers(await powers(tx, filters, before, most), now)
    both = [*zip(decided.items, decided.notes, strict=True), *withheld]
    newest = sorted(both, key=lambda told: -told[0].entry)[: most if withheld else None]
    return Told(tuple(item for item, _ in newest), tuple(note for _, note in newest))


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


def _powers(found: Powers, now: int) -> list[tuple[Item, Note]]:
    told = [_emergency(number, one, now) for number, one in found.emergencies.items()]
    return told + [_order(number, order, [*found.steps[number].values()]) for number, order in found.orders.items()]


def _emergency(number: int, one: Emergency, now: int) -> tuple[Item, Note]:
    item = Item(
        entry=number,
        at=one.invoked_at,
        case=number,
        post=one.post,
        rule="",
        outcome="restrict",
        sanction="withhold",
        decider=one.by,
        until=emergencies.end_of(one),
        appeal="",
        jury=one.jury or None,
        erased=one.erased or None,
        others=0,
        kind="emergency",
        ground=one.ground,
    )
    return item, Note(0, "", emergencies.stands_of(one, now), False)


def _order(number: int, order: Order, steps: Sequence[Compliance]) -> tuple[Item, Note]:
    withheld = [done for done in steps if done.post]
    item = Item(
        entry=number,
        at=order.received_at,
        case=number,
        post=withheld[0].post if len(withheld) == 1 else "",
        rule="",
        outcome="restrict" if withheld else "none",
        sanction="withhold" if withheld else None,
        decider=order.by,
        until=max((done.until for done in withheld), default=None),
        appeal="",
        jury=None,
        erased=order.erased or None,
        others=0,
        kind="order",
        ground=order.kind,
    )
    return item, Note(0, "", orders.stands_of(order), False)


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
