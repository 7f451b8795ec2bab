"""Statements of reasons as the European Commission's transparency database takes them (DSA, article 24(5)).

The attributes, their values and their limits are those of that database's API, version 1: one object of at most a
hundred `statements` is the body of one request.
"""

import re
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final

from msgspec import Struct

from app.store.cases import cases_among, entries_among, versions_among
from app.store.decided import decisions_after
from app.store.engines import Database, Tx
from app.store.governed import value_of
from app.store.ledger import openings_of
from app.store.posts import posts_among
from app.store.rules import Words, words_of
from governance.acts.cases import Decide
from governance.cases import Case
from governance.entry import Entry
from governance.members import SQUARE, Square
from governance.rules import RuleVersion

TOGETHER: Final = 100
"""Statements that one request may bring."""


def _codes(text: str) -> tuple[str, ...]:
    return tuple(text.split())


UNION: Final = _codes("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK")
AREA: Final = tuple(sorted((*UNION, "IS", "LI", "NO")))
"""The European Economic Area: what a square restricts, it restricts everywhere."""

INTERSTITIAL: Final = "Shown behind a warning in timelines; every reader can open it."

LANGUAGES: Final = frozenset(
    _codes(
        "AA AB AE AF AK AM AN AR AS AV AY AZ BA BE BG BH BI BM BN BO BR BS CA CE CH CO CR CS CU CV CY DA DE DV DZ EE "
        "EL EN EO ES ET EU FA FF FI FJ FO FR FY GA GD GL GN GU GV HA HE HI HO HR HT HU HY HZ IA ID IE IG II IK IO IS "
        "IT IU JA JV KA KG KI KJ KK KL KM KN KO KR KS KU KV KW KY LA LB LG LI LN LO LT LU LV MG MH MI MK ML MN MR MS "
        "MT MY NA NB ND NE NG NL NN NO NR NV NY OC OJ OM OR OS PA PI PL PS PT QU RM RN RO RU RW SA SC SD SE SG SI SK "
        "SL SM SN SO SQ SR SS ST SU SV SW TA TE TG TH TI TK TL TN TO TR TS TT TW TY UG UK UR UZ VE VI VO WA WO XH YI "
        "YO ZA ZH ZU"
    )
)
"""The languages of ISO 639-1: the database knows content in each of them, and not those of the Union alone."""

LATEST: Final = "2038-01-01"
"""The latest date that the database takes; a restriction that may stand longer is sent without its end."""

_ACCOUNT: Final = ("slow", "mute", "suspend")


class Statement(Struct, frozen=True, kw_only=True):
    """One statement of reasons; dates as 2026-11-23, None for what does not apply."""

    decision_visibility: tuple[str, ...] | None
    decision_visibility_other: str | None
    end_date_visibility_restriction: str | None
    decision_monetary: None = None
    decision_monetary_other: None = None
    end_date_monetary_restriction: None = None
    decision_provision: None = None
    end_date_service_restriction: None = None
    decision_account: str | None
    end_date_account_restriction: str | None
    account_type: str = "ACCOUNT_TYPE_PRIVATE"
    decision_facts: str
    decision_ground: str
    decision_ground_reference_url: str
    illegal_content_legal_ground: str | None
    illegal_content_explanation: str | None
    incompatible_content_ground: str | None
    incompatible_content_explanation: str | None
    incompatible_content_illegal: str | None
    content_type: tuple[str, ...]
    content_type_other: None = None
    category: str
    category_addition: tuple[str, ...] = ()
    category_specification: tuple[str, ...] = ()
    category_specification_other: None = None
    territorial_scope: tuple[str, ...] = AREA
    content_language: str | None
    content_date: str
    application_date: str
    source_type: str
    source_identity: None = None
    automated_detection: str
    automated_decision: str
    puid: str


class Batch(Struct, frozen=True):
    """The body of one request."""

    statements: tuple[Statement, ...]


class Piece(Struct, frozen=True):
    """Statements about the decisions up to and with the entry `last`; none where all of them restricted nothing."""

    statements: tuple[Statement, ...]
    last: int


async def pieces(database: Database, url: str, after: int, *, reasons: bool) -> AsyncIterator[Piece]:
    """A statement for each post or account that a decision restricted, after the entry `after`, oldest first.

    A statement is what was decided then: the database takes none back, and asks for none when an appeal reverses a
    decision or a moderator lifts it. The case at the statement's address tells how it went on.

    `url` is the square's address without a slash at its end. With `reasons` a statement brings the moderator's own
    words, which whoever sends it has to read first: they may hold personal data, and the database takes none.
    """
    last = after
    while True:
        piece = await database.read(partial(_piece, url=url, after=last, reasons=reasons))
        if piece is None:
            return
        yield piece
        last = piece.last


async def _piece(tx: Tx, *, url: str, after: int, reasons: bool) -> Piece | None:
    decisions = await entries_among(tx, await decisions_after(tx, after, TOGETHER))
    if not decisions:
        return None
    square = await value_of(tx, Square, SQUARE)
    assert square is not None, "a square that decided something is founded"
    acts = {index: (entry, entry.act) for index, entry in decisions.items() if isinstance(entry.act, Decide)}
    restricting = {index: both for index, both in acts.items() if both[1].outcome == "restrict"}
    cases = await cases_among(tx, sorted({act.case for _, act in restricting.values()}))
    versions = await versions_among(tx, {act.rule for _, act in restricting.values()})
    words = await words_of(tx, {version.enacted for version in versions.values()})
    languages = await _languages(tx, [one.post for _, act in restricting.values() for one in _restricted(act, cases)])
    spoken = await _reasons(tx, restricting) if reasons else {}
    statements = tuple(
        statement_of(
            index,
            entry,
            act,
            Context(
                url,
                square.origin,
                one,
                versions[act.rule],
                words.get(versions[act.rule].enacted, Words()),
                languages.get(one.post, ""),
                spoken.get(index, ""),
            ),
        )
        for index, (entry, act) in restricting.items()
        for one in _restricted(act, cases)
    )
    return Piece(statements, max(decisions))


class Restricted(Struct, frozen=True):
    """A post that a decision is about: the case's, of place 0, or one of those that it names beside."""

    post: str
    posted: int
    place: int = 0


def _restricted(act: Decide, cases: Mapping[int, Case]) -> Iterator[Restricted]:
    case = cases[act.case]
    yield Restricted(case.post, case.posted)
    for place, one in enumerate(act.posts, 1):
        yield Restricted(one.post, one.posted, place)


class Context(Struct, frozen=True):
    """What a statement tells beside the decision itself. `reasons` are empty where they are not to be sent."""

    url: str
    origin: str
    restricted: Restricted
    rule: RuleVersion
    words: Words
    language: str
    reasons: str


def statement_of(index: int, entry: Entry, act: Decide, context: Context) -> Statement:
    """The statement about the decision in the entry `index`."""
    notice, rule, words = act.notice, context.rule, context.words
    of_account = act.sanction == "suspend"
    until = end if (end := _day(act.until)) <= LATEST else None
    page = f"{context.url}/cases/{act.case}"
    law = notice.decision_ground == "DECISION_GROUND_ILLEGAL_CONTENT"
    ground = f"Rule {rule.label}, {words.title}"
    why = context.reasons or f"{words.text} The reasons of the decision are public at {page}."
    return Statement(
        decision_visibility=notice.decision_visibility or None,
        decision_visibility_other=INTERSTITIAL if act.sanction == "interstitial" else None,
        end_date_visibility_restriction=until if notice.decision_visibility else None,
        decision_account=notice.decision_account or None,
        end_date_account_restriction=until if of_account else None,
        decision_facts=_short(_facts(act, words, page, context.reasons), 5_000),
        decision_ground=notice.decision_ground,
        decision_ground_reference_url=f"{context.url}/rules/{rule.label}",
        illegal_content_legal_ground=_short(f"{ground}; the provision is named at {page}", 500) if law else None,
        illegal_content_explanation=_short(why, 2_000) if law else None,
        incompatible_content_ground=None if law else _short(ground, 500),
        incompatible_content_explanation=None if law else _short(why, 2_000),
        incompatible_content_illegal=None if law else "No",
        content_type=notice.content_type,
        category=notice.category,
        content_language=_official(context.language),
        content_date=_day(context.restricted.posted),
        application_date=_day(entry.at),
        source_type=notice.source_type,
        automated_detection=notice.automated_detection,
        automated_decision=notice.automated_decision,
        puid=puid_of(context.origin, index, context.restricted.place),
    )


def puid_of(origin: str, index: int, place: int) -> str:
    """The name of a statement, which no other has: the ledger's, the entry, and the post's place in the decision."""
    name = f"{re.sub('[^A-Za-z0-9]+', '-', origin)}-{index}"
    return (f"{name}-{place}" if place else name)[-500:]


def _facts(act: Decide, words: Words, page: str, reasons: str) -> str:
    found = " ".join(f"({number}) {text}" for number, text in enumerate(words.elements, 1))
    restricted = "account" if act.sanction in _ACCOUNT else "post"
    told = f"A moderator found every element of the rule: {found} The sanction on the {restricted}: {act.sanction}."
    return f"{told} {reasons or 'Reasons, dates and the state of any appeal:'} {page}"


async def _languages(tx: Tx, posts: Collection[str]) -> dict[str, str]:
    rows = await posts_among(tx, sorted({int(post) for post in posts}))
    return {str(row.id): row.language for row in rows}


async def _reasons(tx: Tx, entries: Collection[int]) -> dict[int, str]:
    rows: Sequence[tuple[int, str, str]] = [
        (row.entry, row.field, row.value) for row in await openings_of(tx, sorted(entries))
    ]
    return {entry: value for entry, field, value in rows if field == "reasons"}


def _official(language: str) -> str | None:
    """The language as the database writes it, None where it knows none such."""
    short = language.partition("-")[0].upper()
    return short if short in LANGUAGES else None


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
