"""Cases as lists tell them: in the queue of moderators, and on the page of whoever they concern."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from app.outcomes import Stands, appeals_against, standing_of
from app.store.accounts import Account
from app.store.cases import Cases, appeals_of, cases_among, open_cases, overdue_cases, versions_among, waiting_appeals
from app.store.engines import Tx
from app.store.ledger import openings_of
from app.store.orders import unshown_among
from app.store.posts import posts_among
from app.store.reporters import reported_by
from app.store.rules import Words, versions_at, words_of
from app.text import excerpt
from governance.acts.words import SanctionOrNone
from governance.cases import Case
from governance.members import number

MOST = 100

Recusal = Literal["", "recusal-1", "recusal-2", "recusal-3"]
"""The clause that keeps a moderator out of a case; "" for none."""


class CaseLine(Struct, frozen=True):
    """A case in a list. `text` is the beginning of the post, for moderators alone."""

    case: int
    post: str
    author: str
    rule: int
    label: str
    title: str
    sanction: SanctionOrNone
    reporters: int
    stands: Stands
    date: int
    text: str = ""
    recusal: Recusal = ""


class AppealLine(Struct, frozen=True):
    """An appeal that waits for another look, until `due_at`."""

    appeal: int
    side: Literal["author", "reporters"]
    due_at: int
    case: CaseLine


class Queue(Struct, frozen=True):
    """What waits for moderators, the earliest date first; `late` are unlawful contents past their date."""

    is_moderator: bool
    late: tuple[CaseLine, ...]
    cases: tuple[CaseLine, ...]
    appeals: tuple[AppealLine, ...]


async def queue_for(tx: Tx, moderator: Account | None, now: int) -> Queue:
    """What waits for a decision or another look, for one moderator, or without any text for everyone.

    One query a kind.
    """
    unlawful = [version.rule for version in await versions_at(tx, now) if version.ground == "unlawful"]
    late = await overdue_cases(tx, unlawful, now, MOST)
    waiting = await open_cases(tx, now, MOST)
    appeals = await waiting_appeals(tx, now, MOST)
    appealed = await cases_among(tx, sorted({appeal.case for appeal in appeals.values()}))
    every = {**late, **waiting, **appealed}
    recusals = await _recusals(tx, every, moderator) if moderator is not None else {}
    lines = await lines_of(tx, every, now, texts=moderator is not None, recusals=recusals)
    return Queue(
        is_moderator=moderator is not None,
        late=tuple(lines[case] for case in late),
        cases=tuple(lines[case] for case in waiting),
        appeals=tuple(
            AppealLine(index, appeal.side, appeal.due_at, lines[appeal.case]) for index, appeal in appeals.items()
        ),
    )


async def lines_of(
    tx: Tx, cases: Cases, now: int, *, texts: bool = False, recusals: Mapping[int, Recusal] | None = None
) -> dict[int, CaseLine]:
    """Cases as lines, in their order."""
    versions = await versions_among(tx, {(case.rule, case.rule_version) for case in cases.values()})
    words = await words_of(tx, sorted({version.enacted for version in versions.values()}))
    appeals = await appeals_of(tx, cases)
    said = await _texts(tx, cases) if texts else {}
    lines = {}
    for index, case in cases.items():
        version = versions[case.rule, case.rule_version]
        standing = standing_of(case, version.ground, appeals_against(case, appeals), now)
        lines[index] = CaseLine(
            case=index,
            post=case.post,
            author=case.author,
            rule=case.rule,
            label=version.label,
            title=words.get(version.enacted, Words()).title,
            sanction=case.sanction,
            reporters=case.reporters,
            stands=standing.stands,
            date=standing.date,
            text=said.get(index, ""),
            recusal=(recusals or {}).get(index, ""),
        )
    return lines


async def _texts(tx: Tx, cases: Cases) -> dict[int, str]:
    """The beginning of what was reported, by case: what the post says now may be for others."""
    rows = await posts_among(tx, sorted({int(case.post) for case in cases.values()}))
    unshown = await unshown_among(tx, {case.post for case in cases.values()})
    shown = {str(row.id) for row in rows if row.deleted_at is None} - unshown
    wanted = [index for index, case in cases.items() if case.post in shown]
    return {row.entry: excerpt(row.value, 140) for row in await openings_of(tx, wanted) if row.field == "content"}


async def _recusals(tx: Tx, cases: Cases, moderator: Account) -> dict[int, Recusal]:
    reported = await reported_by(tx, moderator.id, cases)
    return {index: _recusal(case, moderator.member or "", index in reported) for index, case in cases.items()}


def _recusal(case: Case, member: str, has_reported: bool) -> Recusal:
    if case.author == member:
        return "recusal-1"
    if member and number(member) in case.deciders:
        return "recusal-2"
    return "recusal-3" if has_reported else ""
