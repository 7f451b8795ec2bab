"""Pictures as pages and programs tell of them."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from hmac import compare_digest
from typing import Final

from msgspec import Struct

from app.identifiers import DAY
from app.store.engines import Tx
from app.store.media import MediaRow, faces_of, media_of_posts, waiting_media

_SUFFIXES: Final = {"image/jpeg": "jpg", "image/png": "png"}
OPEN: Final = ("public", "unlisted")
"""The visibilities of posts whose pictures everybody may see."""


class Picture(Struct, frozen=True):
    """A picture that the reader may see; addresses are paths here, sizes in pixels.

    `focus` is the point that matters most, (-1, -1) the lower left corner, (1, 1) the upper right. `ticket` is what a
    program puts behind `?to=` where not everybody may see it and its image bears no token, "" where it needs none.
    """

    id: str
    url: str
    preview_url: str
    description: str
    mime: str
    width: int
    height: int
    preview_width: int
    preview_height: int
    focus: tuple[float, float]
    blurhash: str
    ticket: str


class Faces(Struct, frozen=True):
    """What an account shows of itself."""

    avatar: Picture | None = None
    header: Picture | None = None


async def pictures_of(tx: Tx, posts: Sequence[int], reader: int | None, now: int) -> dict[int, tuple[Picture, ...]]:
    """The pictures that posts show a reader; one query. Only app/posts.py may say who sees them."""
    found = await media_of_posts(tx, posts)
    return {post: tuple(picture_of(row, reader, now) for row in rows) for post, rows in found.items()}


async def faces_among(tx: Tx, accounts: Sequence[int]) -> dict[int, Faces]:
    """The avatars and headers of the accounts that have any; one query."""
    found = await faces_of(tx, accounts)
    return {account: Faces(**{kind: picture_of(row) for kind, row in rows.items()}) for account, rows in found.items()}


def picture_of(row: MediaRow, reader: int | None = None, now: int = 0) -> Picture:
    """A row as a reader is told of it."""
    suffix = _SUFFIXES[row.mime]
    x, _, y = row.focus.partition(",")
    return Picture(
        id=str(row.id),
        url=f"/media/{row.id}/{row.kind}.{suffix}",
        preview_url=f"/media/{row.id}/preview.{suffix}",
        description=row.description,
        mime=row.mime,
        width=row.width,
        height=row.height,
        preview_width=row.preview_width,
        preview_height=row.preview_height,
        focus=(float(x), float(y)) if y else (0.0, 0.0),
        blurhash=row.blurhash,
        ticket="" if reader is None or is_open(row) else pass_of(row, reader, now),
    )


def is_open(row: MediaRow) -> bool:
    """Whether everybody may see it, as far as its owner has a say."""
    return row.kind != "picture" or row.visibility in OPEN


def names_of(row: MediaRow) -> Mapping[str, bytes]:
    """The files of a picture by the name that its address ends with."""
    suffix = _SUFFIXES[row.mime]
    return {f"{row.kind}.{suffix}": row.digest, f"preview.{suffix}": row.preview}


def pass_of(row: MediaRow, reader: int, now: int) -> str:
    """What lets a program's page, which sends no token along with an image, ask as a reader, until a day is over.

    It only says who asks: whether that reader may see the picture is looked at each time.
    """
    until = (now // DAY + 2) * DAY
    return f"{reader}.{until // DAY}.{_sealed(row, reader, until // DAY)}"


def reader_of(row: MediaRow, shown: str, now: int) -> int | None:
    """The reader whom a pass names, None where it is not one of this picture, or over."""
    reader, _, rest = shown.partition(".")
    day, _, seal = rest.partition(".")
    if not (reader + day).isascii() or not reader.isdecimal() or not day.isdecimal() or len(shown) > 100:
        return None
    right = compare_digest(seal.encode(), _sealed(row, int(reader), int(day)).encode())
    return int(reader) if right and now < int(day) * DAY else None


def _sealed(row: MediaRow, reader: int, day: int) -> str:
    return blake2b(f"{reader}.{day}".encode(), key=row.secret, digest_size=16).hexdigest()


async def waiting_pictures(tx: Tx, account: int, ids: Sequence[int], post: int | None = None) -> list[Picture]:
    """Those of many pictures that an account may still put into a post, into `post` those it has, in this order."""
    return [picture_of(row) for row in await waiting_media(tx, account, ids, post)]
