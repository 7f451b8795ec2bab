"""Who may see which opening, a text behind a commitment (POLICY [ladder-6], [decide-9], [appeal-2], [erase-1])."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from functools import partial
from typing import Final

from msgspec import Struct

from app.store.accounts import Account
from app.store.cases import cases_among, entries_among
from app.store.engines import Database, Tx
from app.store.erasures import erased_of
from app.store.governed import values_of
from app.store.jurors import cases_judged_by
from app.store.ledger import OpeningRow, openings_after, openings_of
from app.store.offices import office_of
from app.store.orders import emergencies_among, sealed_entries
from app.store.posts import posts_among
from app.store.reporters import reported_by
from app.store.visibility import FOR_ALL
from governance.acts.appeals import Appeal
from governance.acts.cases import Decide, Report
from governance.acts.emergencies import Invoke
from governance.acts.votes import OpenPoll
from governance.acts.words import Role
from governance.cases import Subject, known_case
from governance.emergencies import Emergency
from governance.entry import Entry
from governance.members import number
from governance.texts import what_of
from governance.withholding import WITHHOLDERS

PUBLIC: Final = frozenset(
    [
        *("title", "text", "aim", "condition", "preview", "reasons", "correction"),
        *("authority", "basis", "request", "globe", "disclosed", "person"),
    ]
)
"""The words of rules and proposals, what was looked at before a vote, reasons of every kind, corrections, and orders
of the law with what was done for them, unless they are sealed."""

PUBLIC_KINDS: Final = ("element/", "test/", "milder/", "reasons/")
"""Numbered elements and test cases of rules, why a milder sanction was not enough, and the reasons of jurors."""

OF_A_CASE: Final = frozenset({"content", "reason", "statement"})
"""What is reported, why, and what is said in an appeal."""

OF_A_POLL: Final = ("question", "option/")
"""What a certified poll asks, and its numbered answers: its author's words, shown as long as the post is."""

CONTENTS: Final = "content/"
"""The words of the other posts that a decision about spam names, numbered from 1."""

AT_ONCE: Final = 500


class Reader(Struct, frozen=True):
    """Who reads; a visitor has no number. `has_reported`: in which of the cases looked at the reader has reported.

    `judges`: in which cases the reader is a juror of a jury that sits.
    """

    member: str | None = None
    is_moderator: bool = False
    is_steward: bool = False
    has_reported: frozenset[int] = frozenset()
    judges: frozenset[int] = frozenset()


VISITOR: Final = Reader()


class Matter(Struct, frozen=True):
    """A case or an emergency as far as it says who may read its texts.

    `shows_content`: everyone may read what it is about. `is_withheld_at_once`: an emergency stands on the post, whose
    words are for its author and for those who decide; `is_unshown`: for nobody.
    """

    case: int
    author: str
    deciders: tuple[int, ...]
    shows_content: bool
    is_withheld_at_once: bool = False
    is_unshown: bool = False


class _About(Struct, frozen=True):
    """The case and the post that a text is about, 0 and "" where its entry alone does not say it."""

    case: int = 0
    post: str = ""


def may_see(field: str, matter: Matter | None, reader: Reader) -> bool:
    """Whether this reader may see an opening; `matter` is the case that it belongs to, None where there is none.

    Words of rules and reasons are everyone's, and so is what was judged and stands where all can read it, folded or
    left as it was, so that everyone can compare like with like. Reports, statements and what was withheld are for the
    parties and for those who decide, a jury among them while it sits.
    """
    if field in PUBLIC or field.startswith(PUBLIC_KINDS):
        return True
    if matter is None or not _is_of_a_case(field):
        return matter is not None and field.startswith(OF_A_POLL) and matter.shows_content
    if what_of(field) == "content":
        if matter.is_unshown or matter.shows_content:
            return not matter.is_unshown
        if matter.is_withheld_at_once:
            return reader.member == matter.author or reader.is_steward or decides(matter, reader)
    return is_party(matter, reader) or decides(matter, reader)


def _is_of_a_case(field: str) -> bool:
    return field in OF_A_CASE or field.startswith(CONTENTS)


def is_party(matter: Matter, reader: Reader) -> bool:
    """Whether the reader wrote the post, or reported it in this case."""
    return (reader.member is not None and reader.member == matter.author) or matter.case in reader.has_reported


def decides(matter: Matter, reader: Reader) -> bool:
    """Whether the reader may come to decide in this case, has decided in it, or sits in its jury now."""
    has_decided = reader.member is not None and reader.member in {f"m:{number}" for number in matter.deciders}
    return reader.is_moderator or has_decided or matter.case in reader.judges


async def openings_seen(tx: Tx, entries: Sequence[int], account: Account | None, now: int) -> tuple[OpeningRow, ...]:
    """The openings of these entries that a reader may see, in order of entry and field; None is a visitor."""
    rows = await _present(tx, await openings_of(tx, entries))
    sealed = await sealed_entries(tx, now)
    is_officer = await _holds(tx, "legal_officer", account, now) if sealed.intersection(entries) else False
    rows = [row for row in rows if is_officer or row.entry not in sealed]
    matters = await _matters(tx, [row for row in rows if _is_of_a_case(row.field)], now)
    matters |= await _of_polls(tx, rows, now)
    reader = await reader_of(tx, account, {matter.case for matter in matters.values()}, now)
    return tuple(row for row in rows if may_see(row.field, matters.get((row.entry, row.field)), reader))


async def reader_of(tx: Tx, account: Account | None, cases: Collection[int], now: int) -> Reader:
    """What an account is to these cases."""
    if account is None or not cases:
        return VISITOR if account is None else Reader(account.member)
    is_moderator, is_steward = [await _holds(tx, role, account, now) for role in WITHHOLDERS]
    reported = await reported_by(tx, account.id, cases)
    is_member = account.member is not None and account.member.startswith("m:")
    judged = await cases_judged_by(tx, number(account.member or "")) if is_member else frozenset[int]()
    return Reader(account.member, is_moderator, is_steward, frozenset(reported), judged)


async def _holds(tx: Tx, role: Role, account: Account | None, now: int) -> bool:
    return account is not None and await office_of(tx, role, account.member, now) is not None


async def public_openings(database: Database, now: int) -> AsyncIterator[OpeningRow]:
    """Every opening that everyone may see, in order of entry and field, read piece by piece."""
    last = (-1, "")
    while True:
        rows, shown = await database.read(partial(_public_piece, last=last, now=now))
        for row in shown:
            yield row
        if len(rows) < AT_ONCE:
            return
        last = (rows[-1].entry, rows[-1].field)


async def _public_piece(tx: Tx, *, last: tuple[int, str], now: int) -> tuple[list[OpeningRow], list[OpeningRow]]:
    found = await openings_after(tx, *last, AT_ONCE)
    sealed = await sealed_entries(tx, now)
    rows = [row for row in await _present(tx, found) if row.entry not in sealed]
    matters = await _matters(tx, [row for row in rows if what_of(row.field) == "content"], now)
    matters |= await _of_polls(tx, rows, now)
    return found, [row for row in rows if may_see(row.field, matters.get((row.entry, row.field)), VISITOR)]


async def _present(tx: Tx, rows: list[OpeningRow]) -> list[OpeningRow]:
    """Those that no entry erased: should one have come back with other rows, nobody is shown it."""
    gone = {(one.entry, one.what) for one in await erased_of(tx, {row.entry for row in rows})}
    return [row for row in rows if (row.entry, what_of(row.field)) not in gone] if gone else rows


async def _matters(tx: Tx, rows: Collection[OpeningRow], now: int) -> dict[tuple[int, str], Matter]:
    """The case that each of these texts, by entry and field, belongs to; one query a kind."""
    acts = await entries_among(tx, {row.entry for row in rows})
    reported = {entry.act.post for entry in acts.values() if isinstance(entry.act, Report | Invoke)}
    abouts = {(row.entry, row.field): _about(acts[row.entry], row.field) for row in rows if row.entry in acts}
    posts = reported | {about.post for about in abouts.values() if about.post}
    subjects = {str(post): subject for post, subject in (await values_of(tx, Subject, posts)).items()}
    numbers = {text: about.case or _case_of(acts[text[0]], text[0], subjects) for text, about in abouts.items()}
    cases = await cases_among(tx, sorted(set(numbers.values())))
    emergencies = await _emergencies(tx, numbers.values(), subjects)
    shown = await _posts_shown(tx, posts, subjects, now)
    matters: dict[tuple[int, str], Matter] = {}
    for text, about in abouts.items():
        case, emergency = cases.get(numbers[text]), emergencies.get(numbers[text])
        at_once = emergencies.get(subjects[about.post].emergency) if about.post in subjects else None
        is_at_once = at_once is not None and at_once.stands_at(now)
        is_unshown = is_at_once and at_once is not None and at_once.is_unshown
        if emergency is not None:
            deciders = tuple(number(person) for person in (emergency.by, emergency.second) if person)
            matters[text] = Matter(numbers[text], emergency.author, deciders, False, True, is_unshown)
        if case is not None:
            shows = case.outcome != "" and case.sanction != "withhold" and about.post in shown
            matters[text] = Matter(numbers[text], case.author, case.deciders, shows, is_at_once, is_unshown)
    return matters


async def _of_polls(tx: Tx, rows: Collection[OpeningRow], now: int) -> dict[tuple[int, str], Matter]:
    """Whether the words of certified polls are shown, by entry and field: as long as their posts are."""
    words = [(row.entry, row.field) for row in rows if row.field.startswith(OF_A_POLL)]
    if not words:
        return {}
    acts = await entries_among(tx, {entry for entry, _ in words})
    polls = {index: entry.act.post for index, entry in acts.items() if isinstance(entry.act, OpenPoll)}
    subjects = {str(post): subject for post, subject in (await values_of(tx, Subject, [*polls.values()])).items()}
    shown = await _posts_shown(tx, polls.values(), subjects, now)
    return {text: Matter(0, "", (), polls.get(text[0], "") in shown) for text in words}


async def _emergencies(tx: Tx, numbers: Collection[int], subjects: Mapping[str, Subject]) -> dict[int, Emergency]:
    """The emergencies that texts belong to, and the latest about each post."""
    wanted = {*numbers, *(subject.emergency for subject in subjects.values())} - {0}
    return await emergencies_among(tx, sorted(wanted))


def _about(entry: Entry, field: str) -> _About:
    act = entry.act
    match act:
        case Report() | Invoke():
            return _About(post=act.post)
        case Decide() if field.startswith(CONTENTS):
            return _About(act.case, act.posts[int(field.removeprefix(CONTENTS)) - 1].post)
        case Appeal():
            return _About(act.case)
        case _:
            return _About()


def _case_of(entry: Entry, index: int, subjects: Mapping[str, Subject]) -> int:
    act = entry.act
    if isinstance(act, Invoke):
        return index
    if isinstance(act, Report) and act.post in subjects:
        return known_case(subjects[act.post], act.rule[0], act.version) or 0
    return 0


async def _posts_shown(tx: Tx, numbers: Collection[str], subjects: Mapping[str, Subject], now: int) -> frozenset[str]:
    """Those of these posts that everybody may read: not deleted, not withheld under whatever rule, not for few.

    Whom its author wrote a post for never changes (app/edits.py): what it is now it was when it was judged.
    """
    posts = await posts_among(tx, sorted({int(number) for number in numbers}))
    present = {str(post.id) for post in posts if post.deleted_at is None and post.visibility in FOR_ALL}
    withheld = {
        post
        for post, subject in subjects.items()
        if any(restriction.sanction == "withhold" for restriction in subject.standing(now))
    }
    return frozenset(present - withheld)
