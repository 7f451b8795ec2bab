"""What is done with pictures: taken in, taken back, and forgotten with their files."""

import asyncio
from collections.abc import Iterable
from secrets import token_bytes
from typing import Final

from app.clock import SystemClock
from app.identifiers import DAY
from app.media.taking import Shape, Taken, Unusable
from app.square import Square
from app.store.engines import Tx
from app.store.media import (
    Kind,
    MediaRow,
    add_media,
    count_waiting,
    delete_media,
    delete_waiting,
    faces_of,
    find_media,
    lock_files,
    named_among,
)
from app.text import clean, is_too_long

LONGEST_DESCRIPTION: Final = 1500
MOST_KEPT: Final = 40
"""Pictures of one account that stand in no post yet."""

AN_HOUR: Final = 3600
MOST_AT_ONCE: Final = 200


def description_is_too_long(text: str) -> bool:
    """Whether an alternative text has more characters than are kept."""
    return is_too_long(clean(text), LONGEST_DESCRIPTION)


def focus_of(text: str) -> str:
    """The point "x,y" as it is kept, "" for what is none."""
    x, _, y = text.partition(",")
    try:
        point = float(x), float(y)
    except ValueError:
        return ""
    inside = [min(1.0, max(-1.0, part)) for part in point if part == part]
    return f"{inside[0]:.2f},{inside[1]:.2f}" if len(inside) == 2 else ""


async def keep_picture(
    square: Square, account: int, data: bytes, shape: Shape = "picture", description: str = "", focus: str = ""
) -> MediaRow:
    """Take a picture in; an avatar or a header comes in place of the one before.

    Raises Unusable, Overloaded, NoSpace.
    """
    if shape == "picture" and await square.database.read(lambda tx: count_waiting(tx, account)) >= MOST_KEPT:
        raise Unusable("many")
    taken = await square.darkroom.take(data, shape, account)
    while True:
        digest = await square.media.keep(taken.whole)
        preview = await square.media.keep(taken.small)
        row = _row(square, account, shape, taken, (digest, preview), clean(description), focus)
        entered = await square.database.write(lambda tx, row=row: _enter(tx, square, row))  # type: ignore[misc]
        if entered is not None:
            await drop_files(square, entered)
            return row


async def _enter(tx: Tx, square: Square, row: MediaRow) -> list[MediaRow] | None:
    """Enter a picture and return what it replaces; None where a file has gone meanwhile, or the id is taken."""
    await lock_files(tx)
    if not square.media.are_there(row.digests):
        return None
    before = (await faces_of(tx, [row.account])).get(row.account, {}) if row.kind != "picture" else {}
    old = [before[row.kind].id] if row.kind in before else []
    replaced = await delete_media(tx, old)
    return replaced if await add_media(tx, row) else None


def _row(
    square: Square, account: int, kind: Kind, taken: Taken, files: tuple[bytes, bytes], description: str, focus: str
) -> MediaRow:
    now = square.clock.now()
    return MediaRow(
        id=square.post_ids.next(now),
        account=account,
        post=None,
        place=0,
        kind=kind,
        mime=taken.mime,
        digest=files[0],
        preview=files[1],
        size=len(taken.whole) + len(taken.small),
        width=taken.width,
        height=taken.height,
        preview_width=taken.preview_width,
        preview_height=taken.preview_height,
        focus=focus_of(focus),
        blurhash=taken.blurhash,
        description=description,
        secret=token_bytes(16),
        created_at=now,
    )


async def remove_picture(square: Square, account: int, media: int) -> bool:
    """Take back a picture that stands in no post, an avatar or a header; False if it is not the account's."""

    async def remove(tx: Tx) -> list[MediaRow]:
        row = await find_media(tx, media)
        is_theirs = row is not None and row.account == account and row.post is None
        return await delete_media(tx, [media]) if is_theirs else []

    gone = await square.database.write(remove)
    await drop_files(square, gone)
    return bool(gone)


async def drop_files(square: Square, gone: Iterable[MediaRow]) -> None:
    """Take away the files of pictures whose rows are gone, for good, where no other picture is made of them."""
    digests = {digest for row in gone for digest in row.digests}
    await drop_unnamed(square, digests)


async def drop_unnamed(square: Square, digests: Iterable[bytes]) -> int:
    """Take away those of these files that no picture is made of, and tell how many they were."""
    wanted = set(digests)
    if not wanted:
        return 0

    async def drop(tx: Tx) -> int:
        # In a transaction, so that nobody enters a row for a file while it goes.
        await lock_files(tx)
        unnamed = wanted - await named_among(tx, wanted)
        for digest in unnamed:
            square.media.drop(digest)
        return len(unnamed)

    return await square.database.write(drop)


async def sweep(square: Square) -> None:
    """What a clock's duty does each hour: pictures that nobody used within a day go, and files that no row names."""
    now = square.clock.now()
    while gone := await square.database.write(lambda tx: delete_waiting(tx, now - DAY, MOST_AT_ONCE)):
        await drop_files(square, gone)
    # The times of files are the machine's, whatever the square's clock says.
    before = SystemClock().now() / 1000 - AN_HOUR
    orphans = await asyncio.to_thread(lambda: list(square.media.older_than(before)))
    for first in range(0, len(orphans), MOST_AT_ONCE):
        await drop_unnamed(square, orphans[first : first + MOST_AT_ONCE])
