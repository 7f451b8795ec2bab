"""What a client sends to say something, and the words that it means."""

from collections.abc import Sequence
from typing import Annotated, Final

from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct

from app.api.entities import Visibility
from app.api.errors import Unusable
from app.api.paging import number_in
from app.api.speech import VISIBILITIES
from app.clock import moment_of
from app.edits import Description, Rewording
from app.media.keeping import description_is_too_long, focus_of
from app.polls import LONGEST, SHORTEST
from app.store.accounts import Account
from app.store.profiles import Profile
from app.text import MOST_CODE_POINTS, MOST_GRAPHEMES, clean, clean_line, is_blank, is_language, is_too_long
from app.web.composing import poll_errors
from app.web.requests import Invalid
from app.web.sentences import say
from app.writing import NewPoll, Words

MOST_NAMED: Final = 16
NO_TIME: Final = "Record invalid"

Text = Annotated[str, Meta(max_length=MOST_CODE_POINTS)]
Name = Annotated[str, Meta(max_length=64)]


class PollForm(Struct, frozen=True):
    """A poll, open for `expires_in` seconds. `certified` is the square's own: its ballots go to a box."""

    options: Annotated[list[Annotated[str, Meta(max_length=4000)]], Meta(max_length=100)] = []
    expires_in: int = 0
    multiple: bool = False
    hide_totals: bool = False
    certified: bool = False


class MediaAttribute(Struct, frozen=True):
    """What is to be said of a picture that the post shows."""

    id: Name
    description: Annotated[str, Meta(max_length=8000)] | None = None
    focus: Name | None = None


class EditForm(Struct, frozen=True):
    """What a post is to say; without `media_ids` it shows no pictures, without a `poll` it has none."""

    status: Text = ""
    spoiler_text: Text = ""
    sensitive: bool | None = None
    language: Name | None = None
    media_ids: Annotated[list[Name], Meta(max_length=MOST_NAMED)] = []
    media_attributes: Annotated[list[MediaAttribute], Meta(max_length=MOST_NAMED)] = []
    poll: PollForm | None = None


class DeleteForm(Struct, frozen=True):
    """Whether a post's pictures go with it, or may stand in another."""

    delete_media: bool = False


class StatusForm(EditForm, frozen=True):
    """What is to be said, for whom, in answer to what; at a time of ISO 8601 if it is to wait."""

    in_reply_to_id: Name | None = None
    visibility: Visibility | None = None
    scheduled_at: Name | None = None
    quoted_status_id: Name | None = None


def words_of(form: StatusForm, account: Account, profile: Profile, app: int | None) -> Words:
    """What a client has somebody say. Raises Unusable, Invalid, and NotFoundException for an answer to nothing."""
    if form.quoted_status_id:
        raise Unusable("Validation failed: quotes are not known here yet")
    text, warning = _text(form)
    usual = next((ours for ours, theirs in VISIBILITIES.items() if theirs == form.visibility), None)
    sensitive = profile.post_sensitive if form.sensitive is None else form.sensitive
    return Words(
        text=text,
        language=_language(form.language) or profile.post_language or account.locale or "en",
        reply_to=_number(form.in_reply_to_id),
        poll=_poll(form.poll),
        warning=warning,
        sensitive=sensitive or bool(warning),
        visibility=usual,
        app=app,
        media=_media(form.media_ids),
    )


def rewording_of(form: EditForm, language: str) -> Rewording:
    """What a client has a post say instead; `language` is that of the post. Raises Unusable, Invalid."""
    text, warning = _text(form)
    return Rewording(
        text=text,
        language=_language(form.language) or language,
        warning=warning,
        sensitive=bool(form.sensitive) or bool(warning),
        poll=_poll(form.poll),
        media=_media(form.media_ids),
        told={int(one.id): _description(one) for one in form.media_attributes if number_in(one.id) is not None},
    )


def time_in(text: str) -> int:
    """The moment (Unix ms) that an ISO 8601 text names, in UTC where it names no zone. Raises Unusable."""
    moment = moment_of(text)
    if moment is None:
        raise Unusable(NO_TIME)
    return moment


def _text(form: EditForm) -> tuple[str, str]:
    """The text and the warning before it; a warning before nothing is the text."""
    text, warning = clean(form.status), clean_line(form.spoiler_text)
    if is_blank(text) and not is_blank(warning) and not form.media_ids:
        text, warning = warning, ""
    if is_blank(text) and not form.media_ids:
        raise Unusable("Validation failed: Text can't be blank")
    if is_too_long(warning + text):
        raise Unusable(f"Validation failed: Text character limit of {MOST_GRAPHEMES} exceeded")
    return text, warning


def _language(tag: str | None) -> str:
    if tag and not is_language(tag):
        raise Invalid({"language": say("This does not have the form that is asked for.")})
    return tag or ""


def _number(text: str | None) -> int | None:
    if not text:
        return None
    number = number_in(text)
    if number is None:
        raise NotFoundException
    return number


def _media(ids: Sequence[str]) -> tuple[int, ...]:
    numbers = [number_in(one) for one in ids]
    if None in numbers:
        raise Unusable("Validation failed: a picture is not there any more, or stands in a post already")
    return tuple(number for number in numbers if number is not None)


def _poll(form: PollForm | None) -> NewPoll | None:
    if form is None:
        return None
    options = [option for option in map(clean_line, form.options) if option]
    errors = poll_errors(options)
    if not SHORTEST <= form.expires_in * 1000 <= LONGEST:
        errors["poll"] = say("This value cannot be used.")
    if errors:
        raise Invalid(errors)
    return NewPoll(tuple(options), form.multiple, form.hide_totals, form.expires_in * 1000, form.certified)


def _description(one: MediaAttribute) -> Description:
    if one.description is not None and description_is_too_long(one.description):
        raise Unusable("Validation failed: Description is too long")
    text = clean(one.description) if one.description is not None else None
    return Description(text, focus_of(one.focus) if one.focus is not None else None)
