"""Editing a post, and what it said before."""

from collections.abc import Sequence
from itertools import pairwise

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from msgspec import Struct
from msgspec.structs import replace

from app.changes import Piece, compare_words
from app.edits import MOST_VERSIONS, Description, Rewording, TooManyEdits, check_may_edit, edit_post
from app.history import History, Version, history_of
from app.media.keeping import LONGEST_DESCRIPTION, description_is_too_long
from app.polls import MOST_OPTIONS
from app.posts import Post
from app.square import Square
from app.store.engines import Tx
from app.text import clean
from app.web.answers import Answer, answer, done
from app.web.beginnings import Beginning
from app.web.composing import FIELDS_AT_FIRST, ComposePage, PostForm, pictures_gone, read_words
from app.web.pictures import FILES, pictures_kept, pictures_sent, too_long
from app.web.posts import existing_post, own_post, shown_post
from app.web.requests import LARGEST_FORM, Invalid, PageRequest, square_of
from app.web.sentences import Sentence, say_many
from app.web.visits import Visit, account_of, signed_in, visit_of
from app.writing import PicturesGone, Words


class Told(Struct, frozen=True):
    """A version of a post, and how it differs from the one before; the first differs from nothing."""

    version: Version
    warning: tuple[Piece, ...]
    text: tuple[Piece, ...]
    options: tuple[Piece, ...]


class HistoryPage(Struct, frozen=True):
    """What a post said, the newest version first; `written_at` of each is in Unix ms."""

    post: Post
    versions: tuple[Told, ...]


async def edit_page(request: PageRequest) -> Answer[ComposePage]:
    """The form for an author's own post, with what it says now. Raises what the law refuses."""
    square, visit = square_of(request), await visit_of(request)
    row = await own_post(square, visit, str(request.path_params["post_id"]))
    account = account_of(visit)
    await square.database.read(lambda tx: check_may_edit(tx, row, account.member, square.clock.now()))
    shown = await shown_post(square, row.id, account.id)
    poll = shown.poll
    offered = tuple(option.title for option in poll.options) if poll is not None and not poll.closed else ()
    begin = Beginning(
        text=row.body,
        warning=row.warning,
        sensitive=row.sensitive,
        language=row.language,
        options=offered,
        multiple=poll is not None and poll.multiple,
        hide_totals=poll is not None and poll.hide_totals,
    )
    fields = min(max(len(offered) + FIELDS_AT_FIRST, FIELDS_AT_FIRST), MOST_OPTIONS)
    pictures = tuple(await pictures_kept(request, row.id)) if await request.typed() else shown.media
    return answer(request, "posts/compose.html", ComposePage(None, begin, bool(offered), fields, shown.id, pictures))


@get("/posts/{post_id:str}/edit", tags=["posts"], guards=[signed_in])
async def show_edit(request: PageRequest, post_id: str) -> Answer[ComposePage]:
    """The form to say it otherwise."""
    return await edit_page(request)


@post(
    "/posts/{post_id:str}/edit",
    tags=["posts"],
    guards=[signed_in],
    opt={"again": edit_page, "files": FILES},
    request_max_body_size=LARGEST_FORM,
)
async def create_edit(
    request: PageRequest, square: Square, visit: Visit, post_id: str, data: PostForm
) -> Response[Post]:
    """Say it otherwise, with other pictures; what was said and shown before stays readable in the post's history."""
    account = account_of(visit)
    row = await own_post(square, visit, post_id)
    await square.database.read(lambda tx: check_may_edit(tx, row, account.member, square.clock.now()))
    sent = await pictures_sent(request, row.id)
    typed = await request.typed()
    media, told = _pictures(typed.get("media", []), typed.get("alts", [])) if typed else _pictures_of(data)
    words = rewording(read_words(data, row.language, media, sent.errors))
    try:
        edited = await edit_post(square, account.id, account.member, row.id, replace(words, media=media, told=told))
    except PicturesGone as error:
        raise Invalid({FILES[0]: pictures_gone()}) from error
    except TooManyEdits as error:
        raise Invalid({"text": too_many()}) from error
    if not edited:
        raise NotFoundException
    shown = await shown_post(square, row.id, account.id)
    return done(request, shown.url, shown)


def _pictures_of(form: PostForm) -> tuple[tuple[int, ...], dict[int, Description]]:
    """The pictures that a program gives a post, and what they show. Raises Invalid."""
    if any(description_is_too_long(alt) for alt in form.alts):
        raise Invalid({"alts": too_long(LONGEST_DESCRIPTION)})
    kept, told = _pictures(form.media, form.alts)
    return tuple(one for one in kept if str(one) not in form.drop), told


def _pictures(ids: Sequence[str], alts: Sequence[str]) -> tuple[tuple[int, ...], dict[int, Description]]:
    told = {int(one): Description(clean(alt)) for one, alt in zip(ids, alts, strict=False) if one}
    return tuple(int(one) for one in ids if one), told


def rewording(words: Words) -> Rewording:
    """What a post is to say, as an edit has it."""
    return Rewording(words.text, words.language, words.warning, words.sensitive, words.poll)


def too_many() -> Sentence:
    """What to say to somebody who has edited a post as often as may be."""
    return say_many(
        "A post has at most %(n)s version: write a new one.",
        "A post has at most %(n)s versions: write a new one.",
        MOST_VERSIONS,
    )


@get("/posts/{post_id:str}/history", tags=["posts"])
async def show_history(request: PageRequest, square: Square, visit: Visit, post_id: str) -> Answer[HistoryPage]:
    """What a post said and when, each version against the one before, the newest first."""
    reader = visit.account.id if visit.account is not None else None
    now = square.clock.now()

    async def load(tx: Tx) -> History | None:
        return await history_of(tx, await existing_post(tx, post_id), reader, now, visit.country)

    history = await square.database.read(load)
    if history is None:
        raise NotFoundException
    first = history.versions[0]
    told = [_against(older, newer) for older, newer in pairwise(history.versions)]
    versions = [_against(first, first), *told]
    return answer(request, "posts/history.html", HistoryPage(history.post, tuple(reversed(versions))))


def _against(older: Version, newer: Version) -> Told:
    return Told(
        newer,
        compare_words(older.warning, newer.warning),
        compare_words(older.text, newer.text),
        compare_words("\n".join(older.options), "\n".join(newer.options)),
    )


routes = [show_edit, create_edit, show_history]
