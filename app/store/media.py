"""Pictures: who has them, where they stand, and which files they are."""

from collections.abc import Collection, Sequence
from typing import Final, Literal

from msgspec import Struct

from app.store.engines import ColumnType, Tx

Kind = Literal["picture", "avatar", "header"]

MOST_IN_A_POST: Final = 4
NOT_SHOWN: Final = -1
"""The place of a picture that an edit has taken from its post: only the post's history shows it."""

_COLUMNS: Final[dict[str, ColumnType]] = {
    "id": "bigint",
    "account": "bigint",
    "post": "bigint",
    "place": "int",
    "kind": "text",
    "mime": "text",
    "digest": "bytea",
    "preview": "bytea",
    "size": "bigint",
    "width": "int",
    "height": "int",
    "preview_width": "int",
    "preview_height": "int",
    "focus": "text",
    "blurhash": "text",
    "description": "text",
    "secret": "bytea",
    "created_at": "bigint",
}
_ROW: Final = (
    f"select {', '.join(f'm.{name}' for name in _COLUMNS)}, coalesce(p.visibility, '') as visibility "
    "from media m left join post p on p.id = m.post "
)
_FILES: Final = 7431890214
"""The number of PostgreSQL's lock on which files there are."""


class MediaRow(Struct, frozen=True):
    """A picture; `digest` and `preview` name its files, `focus` is "x,y" in [-1, 1] or "", `secret` is 16 bytes.

    `post` is None while it stands nowhere, and for avatars and headers; `visibility` is that post's, "" for none.
    """

    id: int
    account: int
    post: int | None
    place: int
    kind: Kind
    mime: str
    digest: bytes
    preview: bytes
    size: int
    width: int
    height: int
    preview_width: int
    preview_height: int
    focus: str
    blurhash: str
    description: str
    secret: bytes
    created_at: int
    visibility: str = ""

    @property
    def digests(self) -> tuple[bytes, bytes]:
        """Its files."""
        return self.digest, self.preview


class _Count(Struct, frozen=True):
    n: int


class _Digest(Struct, frozen=True):
    digest: bytes


async def lock_files(tx: Tx) -> None:
    """Whoever enters a row that names files, or takes files away, waits here for the others that do."""
    await tx.lock("select pg_advisory_xact_lock({})", _FILES)


async def add_media(tx: Tx, row: MediaRow) -> bool:
    """Enter a picture whose files are on the disk; False, and nothing written, if its id is taken."""
    values = tuple(getattr(row, name) for name in _COLUMNS)
    return bool(await tx.insert_new("media", ("id",), _COLUMNS, [values]))


async def find_media(tx: Tx, media: int) -> MediaRow | None:
    """The picture of an id."""
    return await tx.one(MediaRow, _ROW + "where m.id = {}", media)


async def waiting_media(tx: Tx, account: int, ids: Sequence[int], post: int | None = None) -> list[MediaRow]:
    """Those of many pictures that are an account's own and stand in no post yet or in `post`, in the order of `ids`."""
    sql = _ROW + "where m.id in {among} and m.account = {} and m.kind = 'picture' and (m.post is null or m.post = {})"
    rows = await tx.among(MediaRow, sql, ids, account, post or 0)
    found = {row.id: row for row in rows}
    return [found[one] for one in dict.fromkeys(ids) if one in found]


async def count_waiting(tx: Tx, account: int) -> int:
    """How many pictures of an account stand in no post yet."""
    sql = "select count(*) as n from media where account = {} and post is null and kind = 'picture'"
    found = await tx.one(_Count, sql, account)
    return found.n if found is not None else 0


async def media_of_posts(tx: Tx, posts: Sequence[int]) -> dict[int, list[MediaRow]]:
    """The pictures that posts show, by post and in order."""
    rows = await tx.among(MediaRow, _ROW + "where m.post in {among} and m.place >= 0", posts)
    found: dict[int, list[MediaRow]] = {}
    for row in sorted(rows, key=lambda row: row.place):
        assert row.post is not None
        found.setdefault(row.post, []).append(row)
    return found


async def media_among(tx: Tx, ids: Sequence[int]) -> dict[int, MediaRow]:
    """Pictures by their ids."""
    return {row.id: row for row in await tx.among(MediaRow, _ROW + "where m.id in {among}", ids)}


async def release_media(tx: Tx, post: int, now: int) -> None:
    """Let the pictures that a post shows stand in no post, as if they had been sent now."""
    sql = "update media set post = null, place = 0, created_at = {} where post = {} and place >= 0"
    await tx.run(sql, now, post)


async def faces_of(tx: Tx, accounts: Sequence[int]) -> dict[int, dict[Kind, MediaRow]]:
    """The avatars and headers that accounts have, by account and kind."""
    rows = await tx.among(MediaRow, _ROW + "where m.account in {among} and m.kind <> 'picture'", accounts)
    found: dict[int, dict[Kind, MediaRow]] = {}
    for row in rows:
        found.setdefault(row.account, {})[row.kind] = row
    return found


async def attach(tx: Tx, account: int, ids: Sequence[int], post: int) -> bool:
    """Let a post show these pictures in this order; what it showed before and shows no more stays for its history.

    False, and nothing is done, if there are too many, or one is not the account's, or stands elsewhere already.
    """
    wanted = list(dict.fromkeys(ids))
    sql = _ROW + "where m.id in {among} and m.account = {} and m.kind = 'picture' and (m.post is null or m.post = {})"
    found = await tx.among(MediaRow, sql, wanted, account, post)
    if len(wanted) > MOST_IN_A_POST or len(found) != len(wanted):
        return False
    await tx.run("update media set place = {} where post = {}", NOT_SHOWN, post)
    placed = [(post, place, one) for place, one in enumerate(wanted)]
    await tx.many("update media set post = {}, place = {} where id = {}", placed)
    return True


async def describe(tx: Tx, account: int, media: int, description: str, focus: str) -> bool:
    """Say what a picture shows and what in it matters most; False if it is not the account's."""
    sql = "update media set description = {}, focus = {} where id = {} and account = {}"
    return await tx.run(sql, description, focus, media, account) == 1


async def delete_media(tx: Tx, ids: Sequence[int]) -> list[MediaRow]:
    """Delete pictures and return what they were; their files go when this is committed."""
    rows = await tx.among(MediaRow, _ROW + "where m.id in {among}", ids)
    await tx.many("delete from media where id = {}", [(row.id,) for row in rows])
    return rows


async def delete_media_of(tx: Tx, posts: Sequence[int]) -> list[MediaRow]:
    """Delete every picture of these posts, of their histories too, and return what they were."""
    rows = await tx.among(MediaRow, _ROW + "where m.post in {among}", posts)
    await tx.many("delete from media where id = {}", [(row.id,) for row in rows])
    return rows


async def delete_waiting(tx: Tx, before: int, most: int) -> list[MediaRow]:
    """Delete pictures that were sent before a time (Unix ms) and stand in no post, nor in what waits to be one."""
    sql = (
        _ROW
        + "where m.post is null and m.kind = 'picture' and m.created_at < {} and not exists (select 1 from draft d "
        "where d.account = m.account and d.words like '%' || cast(m.id as text) || '%') order by m.id limit {}"
    )
    rows = await tx.all(MediaRow, sql, before, most)
    await tx.many("delete from media where id = {}", [(row.id,) for row in rows])
    return rows


async def named_among(tx: Tx, digests: Collection[bytes]) -> set[bytes]:
    """Those of these files that a picture is made of."""
    found: set[bytes] = set()
    for digest in digests:
        sql = "select digest from media where digest = {} or preview = {} limit 1"
        if await tx.one(_Digest, sql, digest, digest) is not None:
            found.add(digest)
    return found
