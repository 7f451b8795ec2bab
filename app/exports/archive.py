"""All that somebody has here, as one zip file, with the proofs of what the ledger says under their number.

Nobody else's words are in it, with one exception: what others wrote for this person by name alone (`letters.json`),
which is theirs to keep as a letter is. What they passed on, kept and liked are addresses. How they voted on the law is
not in it, for the square does not know it: whoever wants to show a ballot has the receipt.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from typing import Final, TypeVar

import msgspec
from markupsafe import Markup
from msgspec import Struct

from app.api import entities
from app.api.people import accounts_as
from app.api.speech import statuses_as
from app.api.views import View
from app.clock import iso
from app.exports.people import FILES, people_csv
from app.exports.zipping import Parts
from app.keyring import shown_keys
from app.openings import openings_seen
from app.posts import Post, show_posts
from app.square import Square
from app.store import own
from app.store.accounts import Account
from app.store.engines import Tx
from app.store.ledger import read_bodies
from app.store.mine import Found, entries_naming, marks_of
from app.store.own import Address, OwnPicture
from app.store.posts import posts_among
from app.store.reporters import cases_reported_by, pseudonyms_of
from app.web.tiles import prove
from governance.entry import decode

NEWEST: Final = 2**53
MOST_CASES: Final = 100_000
ENTRIES_TOGETHER: Final = 100
ON_A_PAGE: Final = 1_000
PIECE: Final = 65_536
SUFFIXES: Final = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}

R = TypeVar("R")
Rows = Callable[[Tx, int, int], Awaitable[list[R]]]
"""Reads what of an account comes after a number; nothing after the last."""

README: Final = """\
This is all that @{handle} has on {name}, as of {when}.

posts.json       your posts, as the client API tells them (Status)
posts/           the same to be read in a browser, oldest first
edits.json       what they said before you edited them
letters.json     what others wrote to you by name and for nobody else to read
media/           your pictures; media.json tells where each stands
profile.json     your profile; drafts.json what you have not said yet; polls.json what you answered in polls
*.csv            whom you follow, block, mute and list, as Mastodon imports them; what you keep, like and passed on
law.json         your number in the register, the votes in which a mark stands for you, the cases that you reported
proofs/          each entry of the ledger under your number: its bytes, its proof, and what you said in it

How you voted on a rule is not here, for nobody can look it up. Whoever wants to show a ballot has its receipt.

To check a proof, believing nobody but the square's key:
    isegoria verify proofs/17.tlog-proof --key "$(cat proofs/key)"
"""

PAGE: Final = Markup(
    '<!doctype html><html><head><meta charset="utf-8"><title>@{handle} {number}</title></head>'
    "<body><h1>@{handle}</h1>{articles}</body></html>\n"
)
ARTICLE: Final = Markup(
    '<article lang="{language}" dir="auto"><p><a href="{url}">{at}</a></p><p><b>{topic}</b> {warning}</p>'
    "{html}{pictures}</article><hr>\n"
)
PICTURE: Final = Markup('<p><a href="../{file}"><img src="../{file}" alt="{description}" width="300"></a></p>')


class Law(Struct, frozen=True):
    """What stands under a member's number beside the entries: marks of votes, and what was reported by pseudonyms."""

    member: str | None
    votes: tuple[int, ...]
    pseudonyms: tuple[str, ...]
    reported: tuple[int, ...]


class Told(Struct, frozen=True):
    """A picture in the archive."""

    file: str
    post: str | None
    description: str


class Archive(Struct, frozen=True):
    """Whose archive it is, and how it looks at the square; `host` stands behind the second sign of an address."""

    square: Square
    account: Account
    view: View
    host: str
    name: str


async def files_of(one: Archive) -> AsyncIterator[tuple[str, Parts]]:
    """Each file of an archive by its name; a file is read to its end before the next is asked for."""
    read, account = one.square.database.read, one.account.id
    readme = README.format(handle=one.account.handle, name=one.name, when=iso(one.view.now))
    yield "README.txt", _whole(readme.encode())
    yield "profile.json", _whole(await read(partial(_profile, one=one)))
    yield "posts.json", _statuses(one, own.own_posts)
    async for name, page in _pages(one):
        yield name, _whole(page)
    yield "edits.json", _array(_rows(one, own.own_edits, lambda row: row.post))
    yield "letters.json", _statuses(one, own.letters_to)
    yield "drafts.json", _array(_rows(one, own.own_drafts, lambda row: row.id))
    yield "polls.json", _array(_rows(one, own.own_ballots, lambda row: row.poll))
    for kind, name in FILES.items():
        text = await read(partial(people_csv, account=account, kind=kind, host=one.host))
        yield name, _whole(text.encode())
    for name, marks in (
        ("bookmarks.csv", own.bookmarks),
        ("favourites.csv", own.favourites),
        ("boosts.csv", own.boosts),
    ):
        yield name, _addresses(one, marks)
    tags = await read(partial(own.followed_hashtags, account=account))
    yield "followed_hashtags.csv", _whole("".join(f"{tag}\n" for tag in tags).encode())
    yield "media.json", _array(_media(one))
    async for pictures in _rows(one, own.own_pictures, lambda row: row.id):
        for picture in pictures:
            data = await one.square.media.read(picture.digest)
            if data is not None:
                yield _file_of(picture), _pieces(data)
    yield "law.json", _whole(await read(partial(_law, one=one)))
    async for name, data in _proofs(one):
        yield name, _whole(data)


async def _rows(one: Archive, read: Rows[R], last: Callable[[R], int]) -> AsyncIterator[list[R]]:
    """What the account has, page by page."""
    after = 0
    while True:
        rows = await one.square.database.read(partial(_page_of, read=read, account=one.account.id, after=after))
        if not rows:
            return
        yield rows
        after = last(rows[-1])


async def _page_of(tx: Tx, *, read: Rows[R], account: int, after: int) -> list[R]:
    return await read(tx, account, after)


async def _posts(one: Archive, read: Rows[int]) -> AsyncIterator[Sequence[Post]]:
    async for ids in _rows(one, read, int):
        yield await one.square.database.read(partial(_shown, one=one, ids=ids))


async def _shown(tx: Tx, *, one: Archive, ids: Sequence[int]) -> Sequence[Post]:
    return await show_posts(tx, await posts_among(tx, ids), one.account.id, one.view.now, one.view.country)


async def _statuses(one: Archive, read: Rows[int]) -> Parts:
    async def told() -> AsyncIterator[list[entities.Status]]:
        async for posts in _posts(one, read):
            yield await one.square.database.read(partial(statuses_as, posts=posts, view=one.view))

    async for part in _array(told()):
        yield part


async def _array(pages: AsyncIterator[list[R]]) -> Parts:
    """Values as one JSON array, a page at a time."""
    mark = b"["
    async for page in pages:
        yield mark + b",\n".join(msgspec.json.encode(value) for value in page)
        mark = b",\n"
    yield b"]\n" if mark != b"[" else b"[]\n"


async def _pages(one: Archive) -> AsyncIterator[tuple[str, bytes]]:
    """Posts to be read in a browser, so many on a page."""
    number, articles = 1, list[Markup]()
    async for posts in _posts(one, own.own_posts):
        articles += [_article(post, one.view.root) for post in posts]
        while len(articles) >= ON_A_PAGE:
            yield _page(one, number, articles[:ON_A_PAGE])
            number, articles = number + 1, articles[ON_A_PAGE:]
    if articles or number == 1:
        yield _page(one, number, articles)


def _page(one: Archive, number: int, articles: Sequence[Markup]) -> tuple[str, bytes]:
    page = PAGE.format(handle=one.account.handle, number=number, articles=Markup("").join(articles))
    return f"posts/{number:04}.html", page.encode()


def _article(post: Post, root: str) -> Markup:
    pictures = Markup("").join(
        PICTURE.format(file=_named_file(int(one.id), one.mime), description=one.description) for one in post.media
    )
    return ARTICLE.format(
        url=root + post.url,
        at=iso(post.created_at),
        language=post.language,
        topic=post.topic,
        warning=post.warning,
        html=Markup(post.html),  # noqa: S704 show_posts has cleaned it
        pictures=pictures,
    )


async def _addresses(one: Archive, read: Rows[Address]) -> Parts:
    async for rows in _rows(one, read, lambda row: row.id):
        yield "".join(f"{one.view.root}/@{row.handle}/{row.post}\n" for row in rows).encode()


async def _media(one: Archive) -> AsyncIterator[list[Told]]:
    async for pictures in _rows(one, own.own_pictures, lambda row: row.id):
        yield [
            Told(_file_of(picture), str(picture.post) if picture.post is not None else None, picture.description)
            for picture in pictures
        ]


def _file_of(picture: OwnPicture) -> str:
    return _named_file(picture.id, picture.mime)


def _named_file(id_: int, mime: str) -> str:
    return f"media/{id_}.{SUFFIXES.get(mime, 'bin')}"


async def _profile(tx: Tx, *, one: Archive) -> bytes:
    return msgspec.json.encode((await accounts_as(tx, [one.account.id], one.view))[one.account.id])


async def _law(tx: Tx, *, one: Archive) -> bytes:
    member = one.account.member
    pseudonyms = await pseudonyms_of(tx, one.account.id)
    cases = await cases_reported_by(tx, pseudonyms, MOST_CASES) if pseudonyms else []
    votes = [mark.vote for mark in await marks_of(tx, member)] if member is not None else []
    return msgspec.json.encode(Law(member, tuple(votes), tuple(pseudonyms), tuple(cases)))


async def _proofs(one: Archive) -> AsyncIterator[tuple[str, bytes]]:
    """Each entry under the member's number with its proof under the latest checkpoint, newest first."""
    read = one.square.database.read
    keys = await read(partial(shown_keys, home=one.square.config.home, now=one.view.now))
    yield "proofs/key", f"{keys[0].format()}\n".encode()
    before = NEWEST if one.account.member is not None else 0
    while before:
        found = await read(partial(_named, one=one, before=before))
        for index in found.entries:
            proven = await read(partial(_proven, one=one, index=index))
            for name, data in proven:
                yield name, data
        before = found.before


async def _named(tx: Tx, *, one: Archive, before: int) -> Found:
    assert one.account.member is not None, "only members are named in the ledger"
    return await entries_naming(tx, one.account.member, before, ENTRIES_TOGETHER)


async def _proven(tx: Tx, *, one: Archive, index: int) -> list[tuple[str, bytes]]:
    (body,) = await read_bodies(tx, index, index + 1)
    files = [(f"proofs/entry-{index}.json", body)]
    proof = await prove(tx, one.square, index)
    if proof is not None:
        files.append((f"proofs/{index}.tlog-proof", proof))
    if decode(body).by != one.account.member:
        return files
    for row in await openings_seen(tx, [index], one.account, one.view.now):
        if row.field == "content":
            continue  # the words of a post that the act is about
        opening = {"field": row.field, "salt": row.salt.hex(), "value": row.value}
        files.append((f"proofs/opening-{index}-{row.field}.json", msgspec.json.encode(opening)))
    return files


async def _whole(data: bytes) -> Parts:
    yield data


async def _pieces(data: bytes) -> Parts:
    for begin in range(0, len(data), PIECE):
        yield data[begin : begin + PIECE]
