"""Writing: the form for a post, a reply, a poll, and what is read out of it."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, Literal

from litestar import Response, get, post
from msgspec import Meta, Struct

from app.media.pictures import Picture
from app.polls import FEWEST_OPTIONS, LONGEST, MOST_OPTIONS, SHORTEST
from app.posts import Post, show_posts
from app.square import Square
from app.store.drafts import find_draft
from app.store.engines import Tx
from app.store.posts import posts_among
from app.store.visibility import Visibility
from app.text import MOST_CODE_POINTS, MOST_GRAPHEMES, clean, clean_line, is_blank, is_language, is_too_long
from app.web.answers import Answer, Done, answer, done
from app.web.beginnings import Beginning, beginning_of_reply
from app.web.keys import Key, asked
from app.web.pictures import FILES, pictures_kept, pictures_sent
from app.web.posts import NO_ID, PostId, at_most, known_id, shown_post
from app.web.rendering import Draft
from app.web.requests import LARGEST_FORM, Invalid, PageRequest, square_of
from app.web.sentences import Sentence, say, say_many
from app.web.visits import Visit, account_of, signed_in, visit_of
from app.web.waiting import draft_gone, due_in, wait
from app.writing import DraftGone, NewPoll, PicturesGone, Words, write_post

LONGEST_TOPIC: Final = 200
LONGEST_OPTION: Final = 200
FIELDS_AT_FIRST: Final = 4
FIELDS_MORE: Final = 4
A_DAY: Final = 86_400


class PostForm(Struct, frozen=True):
    """What somebody wants to say. `options` with at least two answers is a poll, open for `closes_in` seconds.

    `media` are pictures that were sent before and stand in no post yet, "" for a field that has none; a form has
    their alternative texts as `alts`, in the same order, and `drop` are those to be left out. `draft` is what was
    kept of it before, and goes when it is said. With `due_at`, a time of ISO 8601 (UTC where it names no zone), it
    waits until then. A `warning` stands before the words. Without a `visibility` it is the account's usual one,
    narrowed to that of what is answered.
    """

    text: Annotated[str, Meta(max_length=MOST_CODE_POINTS)] = ""
    warning: Annotated[str, Meta(max_length=MOST_CODE_POINTS)] = ""
    sensitive: bool = False
    visibility: Visibility | Literal[""] = ""
    language: Annotated[str, Meta(max_length=35)] = ""
    topic: Annotated[str, Meta(max_length=4000)] = ""
    reply_to: PostId = ""
    options: Annotated[list[Annotated[str, Meta(max_length=4000)]], Meta(max_length=100)] = []
    multiple: bool = False
    hide_totals: bool = False
    certified: bool = False
    closes_in: Annotated[int, Meta(ge=SHORTEST // 1000, le=LONGEST // 1000)] = A_DAY
    media: Annotated[list[PostId], Meta(max_length=8)] = []
    alts: Annotated[list[Annotated[str, Meta(max_length=8000)]], Meta(max_length=8)] = []
    drop: Annotated[list[PostId], Meta(max_length=8)] = []
    draft: PostId = ""
    due_at: Annotated[str, Meta(max_length=64)] = ""


class ComposePage(Struct, frozen=True):
    """The form for a post; `reply_to` is the post that it answers, `editing` the id of the one that it changes.

    `option_fields` is how many answers it has room for, `pictures` are those that it has or that were sent already.
    `draft` is what was kept of it before; `waits`: that is to be said at a time. `lost`: what that answers is gone.
    """

    reply_to: Post | None
    begin: Beginning
    has_poll: bool
    option_fields: int
    editing: str = ""
    pictures: tuple[Picture, ...] = ()
    draft: str = ""
    waits: bool = False
    lost: bool = False
    most_options: int = MOST_OPTIONS
    longest: int = MOST_GRAPHEMES


async def compose_page(request: PageRequest) -> Answer[ComposePage]:
    """The form for a post or a reply, with room for more answers than were filled in."""
    pictures = await pictures_kept(request)
    typed = await request.typed()
    answers = typed.get("reply_to", [""])[-1] or str(request.query_params.get("reply_to", ""))
    options = typed.get("options", [])
    filled = sum(1 for option in options if option.strip())
    fields = len(options) + (FIELDS_MORE if "more" in typed else 0)
    answered = await replied(request, answers) if answers else None
    draft = typed.get("draft", [""])[-1]
    page = ComposePage(
        reply_to=answered,
        begin=beginning_of_reply(answered, account_of(await visit_of(request)).id) if answered else Beginning(),
        has_poll="more" in typed or filled > 0 or "poll" in request.query_params,
        option_fields=min(max(fields, FIELDS_AT_FIRST), MOST_OPTIONS),
        pictures=tuple(pictures),
        draft=draft,
        waits=bool(draft) and await _waits(request, draft),
    )
    return answer(request, "posts/compose.html", page)


async def _waits(request: PageRequest, draft: str) -> bool:
    """Whether what was kept under an id is to be said at a time."""
    account = account_of(await visit_of(request)).id
    row = await square_of(request).database.read(lambda tx: find_draft(tx, account, known_id(draft)))
    return row is not None and row.due_at is not None


async def replied(request: PageRequest, post_id: str) -> Post | None:
    """The post that somebody is about to answer, None where it is not there (any more)."""
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
async def create_post(
    request: PageRequest, square: Square, visit: Visit, data: PostForm, key: Key = ""
) -> Response[Post] | Response[Done]:
    """Say something: a post, a reply, a poll, up to four pictures. Sent twice with one key, it is said once.

    With a time it waits among the drafts until it is said.
    """
    account = account_of(visit)
    words, once = await sent_words(request, visit, data), await asked(request, key, data)
    draft = known_id(data.draft) if data.draft else None
    if data.due_at:
        await wait(square, account, words, due_in(data.due_at), once, draft)
        return done(request, "/drafts", Done("/drafts"))
    try:
        made = await write_post(square, account.id, account.member, words, once, draft)
    except PicturesGone as error:
        raise Invalid({FILES[0]: pictures_gone()}) from error
    except DraftGone as error:
        raise Invalid({"draft": draft_gone()}) from error
    if made is None:
        gone = say("The post that you answer is not there any more. You can say this as a post of its own.")
        raise Invalid({"reply_to": gone})
    shown = await shown_post(square, made, account.id)
    return done(request, shown.url, shown)


async def sent_words(request: PageRequest, visit: Visit, data: PostForm) -> Words:
    """What a form or a program says, with the pictures that it brings. Raises Invalid."""
    sent = await pictures_sent(request)
    media = sent.ids if await request.typed() else tuple(int(one) for one in data.media if one)
    return read_words(data, visit.tongue.language, media, sent.errors)


def pictures_gone() -> Sentence:
    """What to say of pictures that cannot be shown with a post."""
    return say("A picture is not there any more, or stands in a post already. Send it again.")


def read_words(
    form: PostForm, language: str, media: tuple[int, ...] = (), wrong: Mapping[str, Sentence] | None = None
) -> Words:
    """What a form says, cleaned; with pictures it need not say more. Raises Invalid with what is wrong in a field."""
    errors: dict[str, Sentence] = dict(wrong or {})
    text, warning = clean(form.text), clean_line(form.warning)
    options = [option for option in map(clean_line, form.options) if option]
    if is_blank(text) and not media and not errors:
        errors["text"] = say("Write something first.")
    elif is_too_long(warning + text):
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
        errors |= poll_errors(options)
    if errors:
        raise Invalid(errors)
    poll = None
    if options:
        poll = NewPoll(tuple(options), form.multiple, form.hide_totals, form.closes_in * 1000, form.certified)
    reply_to = int(form.reply_to) if form.reply_to else None
    return Words(
        text,
        form.language or language,
        topic,
        reply_to,
        poll,
        warning,
        form.sensitive or bool(warning),
        form.visibility or None,
        media=media,
    )


def poll_errors(options: Sequence[str]) -> dict[str, Sentence]:
    """What is wrong with the answers of a poll, by the name of the field."""
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


routes = [show_compose, show_more_fields, create_post]
