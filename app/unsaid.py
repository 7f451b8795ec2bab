"""What is not said yet: drafts that their author keeps, and posts that are said when their time has come."""

from typing import Final, Literal

import msgspec
import structlog
from msgspec import Struct

from app.deeds import KeyReused, Request
from app.polls import BallotRefused
from app.square import Square
from app.store.accounts import accounts_among
from app.store.drafts import (
    DraftRow,
    add_draft,
    change_draft,
    count_drafts,
    due_drafts,
    find_draft,
    take_draft,
)
from app.store.engines import Tx
from app.store.post_keys import settle_key
from app.writing import NO_KEY, DraftGone, PicturesGone, Words, check_not_suspended, said_under, say_in
from governance.errors import Refused

log = structlog.get_logger()

SOONEST: Final = 300_000
"""Milliseconds that a post is to wait at least: sooner than that somebody may as well say it now."""

MOST_KEPT: Final = 300
"""Drafts and waiting posts of one account."""

MOST_AT_ONCE: Final = 50

Unsaid = Literal["", "law", "gone", "pictures", "poll"]
"""Why a post was not said when it was due: the law refused, what it answers is gone, or one of its pictures is, or its
poll could not be certified."""


class TooManyDrafts(Exception):
    """The account has kept as much as it may."""


class TooSoon(Exception):
    """The post is to be said sooner than a waiting post can be, or at no time at all."""


class Draft(Struct, frozen=True):
    """Words that somebody keeps; `due_at` is when they are to be said (Unix ms), None for a draft."""

    id: int
    words: Words
    due_at: int | None
    unsaid: Unsaid
    saved_at: int


def draft_of(row: DraftRow) -> Draft:
    """The draft that a row keeps."""
    words = msgspec.json.decode(row.words, type=Words)
    return Draft(row.id, words, row.due_at, msgspec.convert(row.unsaid, Unsaid), row.saved_at)


async def save_draft(square: Square, account: int, words: Words, draft: int | None = None) -> Draft | None:
    """Keep words, in the place of a draft's if one is named; None where it is not there. Raises TooManyDrafts."""
    return await square.database.write(lambda tx: _save(tx, square, account, words, draft, None))


async def schedule(
    square: Square,
    account: int,
    member: str | None,
    words: Words,
    due_at: int,
    request: Request = NO_KEY,
    draft: int | None = None,
) -> Draft:
    """Have words said at a time, in the place of a draft's if one is named; under one key once, like write_post.

    Raises Refused for a suspended account, TooSoon, TooManyDrafts, DraftGone, and KeyReused.
    """

    async def write(tx: Tx) -> Draft:
        now = square.clock.now()
        _check_time(due_at, now)
        await check_not_suspended(tx, member, now)
        id_ = square.post_ids.next(now)
        before = await said_under(tx, account, request, id_, now)
        if before is not None:
            row = await find_draft(tx, account, before)
            if row is None:
                raise KeyReused
            return draft_of(row)
        made = await _save(tx, square, account, words, draft, due_at, id_)
        if made is None:
            raise DraftGone
        if request.key and made.id != id_:
            await settle_key(tx, request.of(f"account:{account}")[0], made.id)
        return made

    return await square.database.write(write)


async def put_off(square: Square, account: int, draft: int, due_at: int) -> Draft | None:
    """Have a waiting post said at another time; None where there is none. Raises TooSoon."""

    async def write(tx: Tx) -> Draft | None:
        now = square.clock.now()
        _check_time(due_at, now)
        row = await find_draft(tx, account, draft)
        if row is None or row.due_at is None:
            return None
        changed = msgspec.structs.replace(row, due_at=due_at)
        await change_draft(tx, changed)
        return draft_of(changed)

    return await square.database.write(write)


async def drop_draft(square: Square, account: int, draft: int) -> bool:
    """Throw a draft away; False where it is not the account's."""
    return await square.database.write(lambda tx: take_draft(tx, account, draft))


async def say_due(square: Square) -> int:
    """Say what is due, each post exactly once, under the law of that time; return how many were said.

    What cannot be said is kept as a draft, with the reason.
    """
    due = await square.database.read(lambda tx: due_drafts(tx, square.clock.now(), MOST_AT_ONCE))
    said = 0
    for row in due:
        why: Unsaid = ""
        try:
            why = await _say(square, row)
        except Refused as refusal:
            log.info("a post that was due is not said", draft=row.id, clause=refusal.clause)
            why = "law"
        except PicturesGone:
            why = "pictures"
        except BallotRefused:
            why = "poll"
        if why:
            await _keep(square, row, why)
        else:
            said += 1
    return said


async def _say(square: Square, row: DraftRow) -> Unsaid:
    async def write(tx: Tx) -> Unsaid:
        # Whoever takes the row says it: another process that was about to finds nothing.
        if row.due_at is None or not await take_draft(tx, row.account, row.id, row.due_at):
            return ""
        account = (await accounts_among(tx, [row.account])).get(row.account)
        assert account is not None, "a draft is somebody's"
        words = draft_of(row).words
        made = await say_in(tx, square, square.post_ids.next(square.clock.now()), account.id, account.member, words)
        if made is None:
            raise _Gone
        return ""

    try:
        return await square.database.write(write)
    except _Gone:
        return "gone"


class _Gone(Exception):
    """What the post answers is gone: nothing is written."""


async def _keep(square: Square, row: DraftRow, why: Unsaid) -> None:
    kept = msgspec.structs.replace(row, due_at=None, unsaid=why)
    await square.database.write(lambda tx: change_draft(tx, kept))


async def _save(
    tx: Tx, square: Square, account: int, words: Words, draft: int | None, due_at: int | None, id_: int | None = None
) -> Draft | None:
    now = square.clock.now()
    row = DraftRow(draft or id_ or square.post_ids.next(now), account, _written(words), due_at, "", now)
    if draft is not None:
        return draft_of(row) if await change_draft(tx, row) else None
    if await count_drafts(tx, account) >= MOST_KEPT:
        raise TooManyDrafts
    while not await add_draft(tx, row):
        row = msgspec.structs.replace(row, id=square.post_ids.next(now))
    return draft_of(row)


def _written(words: Words) -> str:
    return msgspec.json.encode(words).decode()


def _check_time(due_at: int, now: int) -> None:
    if not now + SOONEST <= due_at < 2**53:
        raise TooSoon
