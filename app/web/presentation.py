"""What an account tells beside its name, who finds it, and what its posts begin with: the page for it."""

from typing import Annotated, Final, Literal

from litestar import Response, get, post
from msgspec import Meta, Struct

from app.square import Square
from app.store.profiles import Profile, profile_of
from app.store.visibility import VISIBILITIES, Visibility
from app.web.answers import Answer, Done, answer, done
from app.web.presenting import LONGEST_LABEL, MOST_FIELDS, Change, Row, change_presentation, errors_of, rows_of
from app.web.requests import Invalid, PageRequest, square_of
from app.web.visits import Visit, account_of, signed_in, visit_of

HERE: Final = "/settings/account"
Line = Annotated[str, Meta(max_length=4_000)]
Lines = Annotated[list[Line], Meta(max_length=100)]


class PresentationForm(Struct, frozen=True):
    """What somebody has chosen; a row is a label and the value at the same place."""

    post_visibility: Visibility
    bot: bool = False
    discoverable: bool = False
    indexable: bool = False
    post_sensitive: bool = False
    post_language: Annotated[str, Meta(max_length=35)] = ""
    labels: Lines = []
    values: Lines = []


class PresentationPage(Struct, frozen=True):
    """What is chosen now, with room for as many rows as there may be."""

    profile: Profile
    rows: tuple[Row, ...]
    saved: bool
    longest: int = LONGEST_LABEL
    visibilities: tuple[Visibility | Literal[""], ...] = VISIBILITIES


async def presentation_page(request: PageRequest) -> Answer[PresentationPage]:
    """The form, with what is chosen or was typed."""
    account = account_of(await visit_of(request))
    profile = await square_of(request).database.read(lambda tx: profile_of(tx, account.id))
    typed = await request.typed()
    rows = _rows(typed.get("labels", []), typed.get("values", [])) if typed else rows_of(profile.fields)
    filled = (*rows, *[Row("", "")] * MOST_FIELDS)[: max(MOST_FIELDS, len(rows))]
    return answer(request, "presentation.html", PresentationPage(profile, filled, "saved" in request.query_params))


@get(HERE, tags=["settings"], guards=[signed_in])
async def show_presentation(request: PageRequest) -> Answer[PresentationPage]:
    """What the account of who is signed in tells of itself."""
    return await presentation_page(request)


@post(HERE, tags=["settings"], guards=[signed_in], opt={"again": presentation_page})
async def choose_presentation(
    request: PageRequest, square: Square, visit: Visit, data: PresentationForm
) -> Response[Done]:
    """Tell something else, and begin posts otherwise."""
    account = account_of(visit)
    change = Change(
        bot=data.bot,
        discoverable=data.discoverable,
        indexable=data.indexable,
        fields=_rows(data.labels, data.values),
        post_visibility=data.post_visibility,
        post_sensitive=data.post_sensitive,
        post_language=data.post_language,
    )
    if errors := errors_of(change):
        raise Invalid(errors)
    await square.database.write(lambda tx: change_presentation(tx, account, change, square.clock.now()))
    return done(request, f"{HERE}?saved=1", Done(HERE))


def _rows(labels: list[str], values: list[str]) -> tuple[Row, ...]:
    longer = max(len(labels), len(values))
    pairs = zip([*labels, *[""] * (longer - len(labels))], [*values, *[""] * (longer - len(values))], strict=True)
    return tuple(Row(label, value) for label, value in pairs)


routes = [show_presentation, choose_presentation]
