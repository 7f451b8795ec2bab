"""Writing, reading and deleting posts; a post's page is its thread."""

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec
from litestar import Response, get, post
from litestar.exceptions import NotFoundException, PermissionDeniedException
from msgspec import Meta, Struct

from app.emergencies import may_invoke
from app.media.pictures import Picture
from app.polls import FEWEST_OPTIONS, LONGEST, MOST_OPTIONS, SHORTEST
from app.posts import Post, show_posts
from app.square import Square
from app.store.engines import Tx
from app.store.posts import PostRow, ancestors_of, find_post, posts_among, replies_below
from app.text import MOST_CODE_POINTS, MOST_GRAPHEMES, clean, clean_line, is_blank, is_language, is_too_long
from app.web.answers import Answer, Done, Onward, answer, done, wants_json
from app.web.pictures import FILES, pictures_kept, pictures_sent
from app.web.rendering import Draft
from app.web.requests import LARGEST_FORM, Invalid, PageRequest, square_of
from app.web.sentences import Sentence, say, say_many
from app.web.visits import Visit, account_of, signed_in, visit_of
from app.writing import NewPoll, PicturesGone, Words, take_back, write_post

MOST_IN_A_PAGE: Final = 40
LONGEST_TOPIC: Final = 200
LONGEST_OPTION: Final = 200
FIELDS_AT_FIRST: Final = 4
FIELDS_MORE: Final = 4
A_DAY: Final = 86_400
NO_ID: Final = 2**63

PostId = Annotated[str, Meta(pattern="^([1-9][0-9]{0,18})?\\Z")]


class PostForm(Struct, frozen=True):
    """What somebody wants to say. `options` with at least two answers is a poll, open for `closes_in` seconds.

    `media` are pictures that were sent before and stand in no post yet, "" for a field that has none; a form has their
    alternative texts as `alts`, in the same order, and `drop` are those to be left out.
    """

    text: Annotated[str, Meta(max_length=MOST_CODE_POINTS)] = ""
    language: Annotated[str, Meta(max_length=35)] = ""
    topic: Annotated[str, Meta(max_length=4000)] = ""
    reply_to: PostId = ""
    options: Annotated[list[Annotated[str, Meta(max_length=4000)]], Meta(max_length=100)] = []
    multiple: bool = False
    hide_totals: bool = False
    closes_in: Annotated[int, Meta(ge=SHORTEST // 1000, le=LONGEST // 1000)] = A_DAY
    media: Annotated[list[PostId], Meta(max_length=8)] = []
    alts: Annotated[list[Annotated[str, Meta(max_length=8000)]], Meta(max_length=8)] = []
    drop: Annotated[list[PostId], Meta(max_length=8)] = []


class ComposePage(Struct, frozen=True):
    """The form for a post; `reply_to` is the post that it answers, `option_fields` how many answers it has room for.

    `pictures` are those that were sent with it already.
    """

    reply_to: Post | None
    has_poll: bool
    option_fields: int
    pictures: tuple[Picture, ...]
    most_options: int = MOST_OPTIONS
    longest: int = MOST_GRAPHEMES


class ThreadPage(Post, frozen=True):
    """A post as its page shows it: with what it answers (`above`) and what answers it (`below`, oldest first).

    `conversation` is the topic that its opener set, `next` the address of more replies. `may_withhold`: the reader is a
    moderator or steward, who may withhold it at once.
    """

    conversation: str = ""
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


async def compose_page(request: PageRequest) -> Answer[ComposePage]:
    """The form for a post or a reply, with room for more answers than were filled in."""
    pictures = await pictures_kept(request)
    typed = await request.typed()
    replied = typed.get("reply_to", [""])[-1] or str(request.query_params.get("reply_to", ""))
    options = typed.get("options", [])
    filled = sum(1 for option in options if option.strip())
    fields = len(options) + (FIELDS_MORE if "more" in typed else 0)
    page = ComposePage(
        reply_to=await _replied(request, replied) if replied else None,
        has_poll="more" in typed or filled > 0 or "poll" in request.query_params,
        option_fields=min(max(fields, FIELDS_AT_FIRST), MOST_OPTIONS),
        pictures=tuple(pictures),
    )
    return answer(request, "posts/compose.html", page)


async def _replied(request: PageRequest, post_id: str) -> Post | None:
    square, visit = square_of(request), await visit_of(request)
    now = square.clock.now()

    async def load(tx: Tx) -> tuple[Post, ...]:
        rows = await posts_among(tx, [known_id(post_id)])
        shown = [row for row in rows if row.deleted_at is None]
        return await show_posts(tx, shown, account_of(visit).id, now, visit.country)

    found = await square.database.read(load)
    return found[0] if found else None


@get("/compose", tags=["posts"], guards=[signed_in])
async def show_compose(request: PageRequest) -> Answer[ComposePage]:
    """The form for a post; `?poll=1` opens its poll, `?reply_to=ID` makes it a reply."""
    return await compose_page(request)


@post(
    "/compose",
    tags=["posts"],
    guards=[signed_in],
    status_code=200,
    opt={"files": FILES},
    request_max_body_size=LARGEST_FORM,
)
async def show_more_fields(request: PageRequest) -> Answer[ComposePage]:
    """The form as it was filled in, with room for more answers; its pictures are kept, and nothing else is written."""
    page = await compose_page(request)
    tongue = (await visit_of(request)).tongue
    errors = {name: tongue.tell(error) for name, error in (await pictures_sent(request)).errors.items()}
    page.draft = Draft(await request.typed(), errors)
    return page


@post(
    "/posts",
    tags=["posts"],
    guards=[signed_in],
    opt={"again": compose_page, "files": FILES},
    request_max_body_size=LARGEST_FORM,
)
async def create_post(request: PageRequest, square: Square, visit: Visit, data: PostForm) -> Response[Post]:
    """Say something: a post, a reply, a poll, up to four pictures."""
    account = account_of(visit)
    sent = await pictures_sent(request)
    media = sent.ids if await request.typed() else tuple(int(one) for one in data.media if one)
    words = read_words(data, visit.tongue.language, media, sent.errors)
    try:
        made = await write_post(square, account.id, account.member, words)
    except PicturesGone as error:
        gone = say("A picture is not there any more, or stands in a post already. Send it again.")
        raise Invalid({FILES[0]: gone}) from error
    if made is None:
        gone = say("The post that you answer is not there any more. You can say this as a post of its own.")
        raise Invalid({"reply_to": gone})
    shown = await _one(square, made, account.id)
    return done(request, shown.url, shown)


async def _one(square: Square, post_id: int, reader: int) -> Post:
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
            raise NotFoundException
        more = f"{_address(row)}?after={below[MOST_IN_A_PAGE - 1]}" if len(below) > MOST_IN_A_PAGE else None
        return ThreadPage(
            **msgspec.structs.asdict(shown[str(row.id)]),
            conversation=shown[str(row.root)].topic if str(row.root) in shown else "",
            above=tuple(shown[str(one)] for one in above if str(one) in shown),
            below=tuple(shown[str(one)] for one in below[:MOST_IN_A_PAGE] if str(one) in shown),
            next=more,
            may_withhold=await may_invoke(tx, row, visit.account, now),
        )

    return await square.database.read(load)


class DeletePage(Struct, frozen=True):
    """The question before a post is deleted."""

    post: Post


@get("/posts/{post_id:str}/delete", tags=["posts"], guards=[signed_in])
async def ask_to_delete(request: PageRequest, square: Square, visit: Visit, post_id: str) -> Answer[DeletePage]:
    """Ask once before a post is deleted."""
    row = await _own(square, visit, post_id)
    return answer(request, "posts/delete.html", DeletePage(await _one(square, row.id, row.account)))


@post("/posts/{post_id:str}/delete", tags=["posts"], guards=[signed_in])
async def delete_post(request: PageRequest, square: Square, visit: Visit, post_id: str) -> Response[Done]:
    """Delete one's own post: its words go, its place in the conversation stays."""
    row = await _own(square, visit, post_id)
    await take_back(square, row.account, row.id)
    url = _address(row) if row.reply_to is not None else f"/@{row.handle}"
    return done(request, url, Done(url))


async def _own(square: Square, visit: Visit, post_id: str) -> PostRow:
    row = await square.database.read(lambda tx: existing_post(tx, post_id))
    if row.deleted_at is not None:
        raise NotFoundException
    if row.account != account_of(visit).id:
        raise PermissionDeniedException
    return row


def read_words(
    form: PostForm, language: str, media: tuple[int, ...] = (), wrong: Mapping[str, Sentence] | None = None
) -> Words:
    """What a form says, cleaned; with pictures it need not say more. Raises Invalid with what is wrong in a field."""
    errors: dict[str, Sentence] = dict(wrong or {})
    text = clean(form.text)
    options = [option for option in map(clean_line, form.options) if option]
    if is_blank(text) and not media and not errors:
        errors["text"] = say("Write something first.")
    elif is_too_long(text):
        errors["text"] = at_most(MOST_GRAPHEMES)
    topic = clean_line(form.topic)
    if is_too_long(topic, LONGEST_TOPIC):
        errors["topic"] = at_most(LONGEST_TOPIC)
    elif topic and form.reply_to:
        errors["topic"] = say("Only who opens a conversation sets its topic.")
    if form.language and not is_language(form.language):
        errors["language"] = say("Choose one of the answers offered.")
    if form.reply_to and int(form.reply_to) >= NO_ID:
        errors["reply_to"] = say("There is nothing here")
    if options:
        errors |= _option_errors(options)
    if errors:
        raise Invalid(errors)
    poll = NewPoll(tuple(options), form.multiple, form.hide_totals, form.closes_in * 1000) if options else None
    reply_to = int(form.reply_to) if form.reply_to else None
    return Words(text, form.language or language, topic, reply_to, poll, media=media)


def _option_errors(options: list[str]) -> dict[str, Sentence]:
    if len(options) < FEWEST_OPTIONS:
        return {"options": say("A poll has at least two answers.")}
    if len(options) > MOST_OPTIONS:
        return {
            "options": say_many("A poll has at most %(n)s answer.", "A poll has at most %(n)s answers.", MOST_OPTIONS)
        }
    if len(set(options)) < len(options):
        return {"options": say("Two answers of this poll are the same.")}
    if any(is_blank(option) for option in options):
        return {"options": say("Nobody would see one of these answers: it holds only invisible characters.")}
    if any(is_too_long(option, LONGEST_OPTION) for option in options):
        return {"options": at_most(LONGEST_OPTION)}
    return {}


def at_most(n: int) -> Sentence:
    """What to say of a text that is too long."""
    return say_many("Write at most %(n)s character.", "Write at most %(n)s characters.", n)


def _address(row: PostRow) -> str:
    return f"/@{row.handle}/{row.id}"


routes = [
    show_compose,
    show_more_fields,
    create_post,
    show_post,
    show_thread,
    ask_to_delete,
    delete_post,
]
