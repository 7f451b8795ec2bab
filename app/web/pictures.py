"""Pictures in the forms of the pages: what was sent is kept, so that a form that comes back still has it."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from app.media.keeping import LONGEST_DESCRIPTION, description_is_too_long, keep_picture
from app.media.pictures import Picture, waiting_pictures
from app.media.taking import Unusable, Why
from app.store.engines import Tx
from app.store.media import MOST_IN_A_POST, describe, waiting_media
from app.text import clean
from app.web.requests import PageRequest, square_of
from app.web.sentences import Sentence, say, say_many
from app.web.visits import account_of, visit_of

FILES: Final = ("pictures",)
"""The field of a form that brings files: `opt={"files": FILES}`."""

_SENT: Final = "pictures"
WHY: Final[Mapping[Why, Sentence]] = {
    "empty": say("This file is empty."),
    "large": say("A picture may have at most 16 MiB."),
    "no-picture": say("This is no picture that can be shown here: take JPEG, PNG, GIF, WebP or AVIF."),
    "pixels": say("This picture has more than 16.7 million pixels: make it smaller first."),
    "broken": say("This picture is damaged: it cannot be read to its end."),
    "heavy": say("This picture takes too much memory to be read."),
    "slow": say("This picture takes too long to be read."),
    "many": say("You have sent many pictures that stand in no post. Use or remove some of them first."),
}


class Sent(Struct, frozen=True):
    """The pictures that a form is to show with a post: those kept before and those just sent, in order."""

    ids: tuple[int, ...] = ()
    errors: Mapping[str, Sentence] = {}


async def pictures_sent(request: PageRequest, post: int | None = None) -> Sent:
    """Keep what a form brings, once a request; the form's `media` are then the pictures that it has.

    `post` is the post that the form changes: its pictures stay as they are, whatever the form says that they show.
    """
    kept = request.scope["state"].get(_SENT)
    if isinstance(kept, Sent):
        return kept
    sent = await _keep(request, post)
    request.scope["state"][_SENT] = sent
    return sent


async def pictures_kept(request: PageRequest, post: int | None = None) -> list[Picture]:
    """The pictures that a form has, as it shows them."""
    sent = await pictures_sent(request, post)
    if not sent.ids:
        return []
    account = account_of(await visit_of(request))
    return await square_of(request).database.read(lambda tx: waiting_pictures(tx, account.id, sent.ids, post))


async def _keep(request: PageRequest, post: int | None) -> Sent:
    typed = await request.typed()
    before, alts = typed.get("media", []), typed.get("alts", [])
    dropped, files = set(typed.get("drop", [])), await request.files(FILES[0])
    ids: list[int] = []
    errors: dict[str, Sentence] = {}
    words: list[str] = []
    unplaced: list[str] = []
    for place in range(max(len(before), len(files))):
        alt = alts[place] if place < len(alts) else ""
        known = before[place] if place < len(before) else ""
        if description_is_too_long(alt):
            errors["alts"] = too_long(LONGEST_DESCRIPTION)
        file = files[place] if place < len(files) else b""
        kept, told = "" if known in dropped else known, clean(alt)[:LONGEST_DESCRIPTION]
        try:
            made = await _one(request, file, kept, told, post)
        except Unusable as error:
            errors[FILES[0]] = WHY[error.why]
            # What was to be replaced stays.
            made = await _one(request, b"", kept, told, post)
        if made:
            ids.append(made)
            words.append(alt)
        elif known not in dropped:
            unplaced.append(alt)
    if len(ids) > MOST_IN_A_POST:
        errors[FILES[0]] = say_many(
            "A post shows at most %(n)s picture.", "A post shows at most %(n)s pictures.", MOST_IN_A_POST
        )
    if before or files:
        # Words for a picture that was not taken stand in the fields that are free.
        typed["media"], typed["alts"] = [str(one) for one in ids], [*words, *(alt for alt in unplaced if alt.strip())]
        typed.pop("drop", None)
    return Sent(tuple(ids), errors)


async def _one(request: PageRequest, file: bytes, known: str, alt: str, post: int | None) -> int:
    """A picture just sent, or one that was kept before with its words as they are now; 0 for none."""
    square, account = square_of(request), account_of(await visit_of(request))
    if file:
        return (await keep_picture(square, account.id, file, description=alt)).id
    if not known.isascii() or not known.isdecimal() or len(known) > 18:
        return 0
    number = int(known)

    async def say_it(tx: Tx) -> bool:
        theirs = await waiting_media(tx, account.id, [number], post)
        if theirs and theirs[0].post is not None:
            return True
        return bool(theirs) and await describe(tx, account.id, number, alt, theirs[0].focus)

    return number if await square.database.write(say_it) else 0


def too_long(most: int) -> Sentence:
    """What to say of an alternative text that is too long."""
    return say_many("Write at most %(n)s character.", "Write at most %(n)s characters.", most)
