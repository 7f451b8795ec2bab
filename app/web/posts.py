"""Reading and deleting posts; a post's page is its thread."""

from typing import Annotated, Final

import msgspec
from litestar import Response, get, post
from litestar.exceptions import NotFoundException, PermissionDeniedException
from msgspec import Meta, Struct

from app.emergencies import may_invoke
from app.filters import sift
from app.forfew import place_of
from app.posts import Post, show_posts
from app.square import Square
from app.store.engines import Tx
from app.store.posts import PostRow, ancestors_of, find_post, posts_among, replies_below
from app.store.seen import seen_among
from app.web.answers import Answer, Done, Onward, answer, done, wants_json
from app.web.beginnings import Beginning, beginning_of_reply
from app.web.requests import PageRequest
from app.web.sentences import Sentence, say_many
from app.web.visits import Visit, account_of, signed_in
from app.writing import take_back

MOST_IN_A_PAGE: Final = 40
NO_ID: Final = 2**63

PostId = Annotated[str, Meta(pattern="^([1-9][0-9]{0,18})?\\Z")]


class ThreadPage(Post, frozen=True):
    """A post as its page shows it: with what it answers (`above`) and what answers it (`below`, oldest first).

    `conversation` is the topic that its opener set, `next` the address of more replies. `may_withhold`: the reader is a
    moderator or steward, who may withhold it at once.
    """

    conversation: str = ""
    begin: Beginning = Beginning()
    above: tuple[Post, ...] = ()
    below: tuple[Post, ...] = ()
    next: str | None = None
    may_withhold: bool = False


def known_id(text: str) -> int:
    """The id of a post in an address. Raises NotFoundException for what can be none."""
    if not text.isascii() or not text.isdecimal() or text.startswith("0") or int(text[:20]) >= NO_ID:
        raise NotFoundException
    return int(text)


async def existing_post(tx: Tx, text: str) -> PostRow:
    """The post at an address, deleted or not; of a boost what it passes on. Raises NotFoundException."""
    found = await find_post(tx, known_id(text))
    if found is not None and found.boost_of is not None:
        found = await find_post(tx, found.boost_of)
    if found is None:
        raise NotFoundException
    return found


async def shown_post(square: Square, post_id: int, reader: int) -> Post:
    """A post of the reader's own, as the reader sees it."""

    async def load(tx: Tx) -> Post:
        return (await show_posts(tx, await posts_among(tx, [post_id]), reader, square.clock.now()))[0]

    return await square.database.read(load)


@get("/posts/{post_id:str}", tags=["posts"])
async def show_post(request: PageRequest, square: Square, visit: Visit, post_id: str) -> Response[ThreadPage]:
    """A post at the address that stays: a browser goes on to its author's (303), a program gets it here."""
    page = await _thread(square, visit, post_id, 0)
    return answer(request, "posts/thread.html", page) if wants_json(request) else Onward(page, page.url)


@get("/{at_handle:str}/{post_id:str}", tags=["posts"])
async def show_thread(
    request: PageRequest, square: Square, visit: Visit, at_handle: str, post_id: str, after: str = ""
) -> Response[ThreadPage]:
    """A post with what it answers and what answers it, `?after=ID` on."""
    if not at_handle.startswith("@"):
        raise NotFoundException
    page = await _thread(square, visit, post_id, known_id(after) if after else 0)
    if at_handle != f"@{page.author.handle}":
        return Onward(page, page.url)
    return answer(request, "posts/thread.html", page)


async def _thread(square: Square, visit: Visit, post_id: str, after: int) -> ThreadPage:
    reader = visit.account.id if visit.account is not None else None
    now = square.clock.now()

    async def load(tx: Tx) -> ThreadPage:
        row = await existing_post(tx, post_id)
        above = await ancestors_of(tx, row)
        below = await replies_below(tx, row, after, MOST_IN_A_PAGE + 1)
        ids = [*above, row.id, *below[:MOST_IN_A_PAGE]]
        opener = [] if row.root in ids else [row.root]
        rows = await posts_among(tx, ids + opener)
        shown = {post.id: post for post in await show_posts(tx, rows, reader, now, visit.country)}
        if str(row.id) not in shown:
            return await _place(tx, row, now, visit.country)
        beside = [post for post in shown.values() if post.id != str(row.id)]
        met = {post.id: post for post in await sift(tx, beside, reader, "thread", now)}
        more = f"{_address(row)}?after={below[MOST_IN_A_PAGE - 1]}" if len(below) > MOST_IN_A_PAGE else None
        return ThreadPage(
            **msgspec.structs.asdict(shown[str(row.id)]),
            begin=beginning_of_reply(shown[str(row.id)], reader),
            conversation=shown[str(row.root)].topic if str(row.root) in shown else "",
            above=tuple(met[str(one)] for one in above if str(one) in met),
            below=tuple(met[str(one)] for one in below[:MOST_IN_A_PAGE] if str(one) in met),
            next=more,
            may_withhold=await may_invoke(tx, row, visit.account, now),
        )

    return await square.database.read(load)


async def _place(tx: Tx, row: PostRow, now: int, country: str) -> ThreadPage:
    """The place of a post that is not for this reader. Raises NotFoundException where nothing stands there."""
    place = await place_of(tx, row, now, country)
    if place is None:
        raise NotFoundException
    return ThreadPage(**{field: getattr(place, field) for field in place.__struct_fields__})


class DeletePage(Struct, frozen=True):
    """The question before a post is deleted."""

    post: Post


@get("/posts/{post_id:str}/delete", tags=["posts"], guards=[signed_in])
async def ask_to_delete(request: PageRequest, square: Square, visit: Visit, post_id: str) -> Answer[DeletePage]:
    """Ask once before a post is deleted."""
    row = await own_post(square, visit, post_id)
    return answer(request, "posts/delete.html", DeletePage(await shown_post(square, row.id, row.account)))


@post("/posts/{post_id:str}/delete", tags=["posts"], guards=[signed_in])
async def delete_post(request: PageRequest, square: Square, visit: Visit, post_id: str) -> Response[Done]:
    """Delete one's own post: its words go, its place in the conversation stays."""
    row = await own_post(square, visit, post_id)
    await take_back(square, row.account, row.id)
    url = _address(row) if row.reply_to is not None else f"/@{row.handle}"
    return done(request, url, Done(url))


async def own_post(square: Square, visit: Visit, post_id: str) -> PostRow:
    """One's own post. Raises PermissionDeniedException for another's, NotFoundException where one may not see that."""
    reader = account_of(visit).id

    async def load(tx: Tx) -> PostRow:
        row = await existing_post(tx, post_id)
        if row.deleted_at is not None or row.id not in await seen_among(tx, [row.id], reader):
            raise NotFoundException
        return row

    row = await square.database.read(load)
    if row.account != reader:
        raise PermissionDeniedException
    return row


def at_most(n: int) -> Sentence:
    """What to say of a text that is too long."""
    return say_many("Write at most %(n)s character.", "Write at most %(n)s characters.", n)


def _address(row: PostRow) -> str:
    return f"/@{row.handle}/{row.id}"


routes = [show_post, show_thread, ask_to_delete, delete_post]
