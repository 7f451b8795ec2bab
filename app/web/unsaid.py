"""Drafts: what somebody has begun to write, kept for them alone; and what of theirs waits for its time."""

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from msgspec import Struct

from app.media.pictures import Picture, waiting_pictures
from app.square import Square
from app.store.drafts import drafts_of, find_draft
from app.store.engines import Tx
from app.text import clean, clean_line
from app.unsaid import MOST_KEPT, Draft, TooManyDrafts, draft_of, drop_draft, save_draft
from app.web.answers import Answer, Done, answer, done
from app.web.beginnings import beginning_of_draft
from app.web.composing import FIELDS_AT_FIRST, ComposePage, PostForm, compose_page, replied, sent_words
from app.web.keys import Key, asked
from app.web.pictures import FILES, pictures_sent
from app.web.posts import known_id
from app.web.requests import LARGEST_FORM, Invalid, PageRequest
from app.web.sentences import say
from app.web.visits import Visit, account_of, signed_in
from app.web.waiting import draft_gone, due_in, too_many_drafts, wait
from app.writing import NewPoll, Words


class DraftsPage(Struct, frozen=True):
    """What the reader has kept unsaid, the newest first."""

    drafts: tuple[Draft, ...]


@get("/drafts", tags=["posts"], guards=[signed_in])
async def show_drafts(request: PageRequest, square: Square, visit: Visit) -> Answer[DraftsPage]:
    """One's drafts, and one's posts that wait for their time."""
    account = account_of(visit).id

    async def load(tx: Tx) -> DraftsPage:
        return DraftsPage(tuple(draft_of(row) for row in await drafts_of(tx, account, MOST_KEPT)))

    return answer(request, "posts/drafts.html", await square.database.read(load))


@post(
    "/drafts",
    tags=["posts"],
    guards=[signed_in],
    opt={"again": compose_page, "files": FILES},
    request_max_body_size=LARGEST_FORM,
)
async def keep_draft(request: PageRequest, square: Square, visit: Visit, data: PostForm) -> Response[Done]:
    """Keep what stands in the form, as it is; a draft that was opened is kept in its own place, and waits no more."""
    sent = await pictures_sent(request)
    words = _words(data, visit.tongue.language, sent.ids)
    if not (words.text or words.warning or words.media or words.poll):
        raise Invalid({"text": say("Write something first.")})
    draft = known_id(data.draft) if data.draft else None
    try:
        kept = await save_draft(square, account_of(visit).id, words, draft)
    except TooManyDrafts as error:
        raise Invalid({"text": too_many_drafts()}) from error
    if kept is None:
        raise Invalid({"draft": draft_gone()})
    return done(request, "/drafts", Done("/drafts"))


@get("/drafts/{draft_id:str}", tags=["posts"], guards=[signed_in])
async def open_draft(request: PageRequest, square: Square, visit: Visit, draft_id: str) -> Answer[ComposePage]:
    """Go on with a draft, or change what waits for its time."""
    account = account_of(visit).id

    async def load(tx: Tx) -> tuple[Draft, tuple[Picture, ...]]:
        row = await find_draft(tx, account, known_id(draft_id))
        if row is None:
            raise NotFoundException
        draft = draft_of(row)
        return draft, tuple(await waiting_pictures(tx, account, draft.words.media))

    draft, pictures = await square.database.read(load)
    words = draft.words
    answered = await replied(request, str(words.reply_to)) if words.reply_to is not None else None
    page = ComposePage(
        reply_to=answered,
        begin=beginning_of_draft(words, draft.due_at),
        has_poll=words.poll is not None,
        option_fields=max(FIELDS_AT_FIRST, len(words.poll.options) if words.poll is not None else 0),
        pictures=pictures,
        draft=draft_id,
        waits=draft.due_at is not None,
        lost=words.reply_to is not None and answered is None,
    )
    return answer(request, "posts/compose.html", page)


@post(
    "/drafts/{draft_id:str}",
    tags=["posts"],
    guards=[signed_in],
    opt={"again": compose_page, "files": FILES},
    request_max_body_size=LARGEST_FORM,
)
async def change_waiting(
    request: PageRequest, square: Square, visit: Visit, draft_id: str, data: PostForm, key: Key = ""
) -> Response[Done]:
    """Have something else said, or at another time, than what waits. Without a time nothing is changed."""
    draft = known_id(draft_id)
    words, once = await sent_words(request, visit, data), await asked(request, key, data)
    if not data.due_at:
        raise Invalid({"due_at": say("Give a time; or keep it as a draft, which waits for none.")})
    await wait(square, account_of(visit), words, due_in(data.due_at), once, draft)
    return done(request, "/drafts", Done("/drafts"))


@post("/drafts/{draft_id:str}/delete", tags=["posts"], guards=[signed_in])
async def delete_draft(request: PageRequest, square: Square, visit: Visit, draft_id: str) -> Response[Done]:
    """Throw a draft away, or a post that waits."""
    if not await drop_draft(square, account_of(visit).id, known_id(draft_id)):
        raise NotFoundException
    return done(request, "/drafts", Done("/drafts"))


def _words(form: PostForm, language: str, media: tuple[int, ...]) -> Words:
    """What a form says, whether or not it could be said so."""
    options = tuple(option for option in map(clean_line, form.options) if option)
    return Words(
        text=clean(form.text),
        language=form.language or language,
        topic=clean_line(form.topic),
        reply_to=known_id(form.reply_to) if form.reply_to else None,
        poll=(
            NewPoll(options, form.multiple, form.hide_totals, form.closes_in * 1000, form.certified)
            if options
            else None
        ),
        warning=clean_line(form.warning),
        sensitive=form.sensitive,
        visibility=form.visibility or None,
        media=media,
    )


routes = [show_drafts, keep_draft, open_draft, change_waiting, delete_draft]
