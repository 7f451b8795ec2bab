"""The two pictures that an account shows of itself: its avatar and its header."""

from typing import Annotated, Final, Literal

from litestar import Response, get, post
from msgspec import Meta, Struct

from app.media.keeping import LONGEST_DESCRIPTION, description_is_too_long, keep_picture, remove_picture
from app.media.pictures import Faces, Picture, faces_among
from app.media.taking import Unusable
from app.square import Square
from app.store.engines import Tx
from app.store.media import describe
from app.text import clean
from app.web.answers import Answer, Done, answer, done
from app.web.pictures import FILES, WHY, too_long
from app.web.requests import LARGEST_FORM, Invalid, PageRequest, square_of
from app.web.sentences import say
from app.web.visits import Visit, account_of, signed_in, visit_of

Face = Literal["avatar", "header"]
FACES: Final[tuple[Face, ...]] = ("avatar", "header")
HERE: Final = "/settings/pictures"


class FaceForm(Struct, frozen=True):
    """Which of the two it is and what it shows in words; without a file the words change, or the picture goes."""

    kind: Face
    alt: Annotated[str, Meta(max_length=8000)] = ""
    remove: bool = False


class FacesPage(Struct, frozen=True):
    """What the account shows of itself now; `wrong` is the one of the two whose form came back."""

    avatar: Picture | None
    header: Picture | None
    wrong: str
    saved: bool


async def faces_page(request: PageRequest) -> Answer[FacesPage]:
    """The forms for an avatar and a header."""
    account = account_of(await visit_of(request))
    faces = await square_of(request).database.read(lambda tx: _faces(tx, account.id))
    wrong = (await request.typed()).get("kind", [""])[-1]
    page = FacesPage(faces.avatar, faces.header, wrong, "saved" in request.query_params)
    return answer(request, "faces.html", page)


async def _faces(tx: Tx, account: int) -> Faces:
    return (await faces_among(tx, [account])).get(account, Faces())


@get(HERE, tags=["settings"], guards=[signed_in])
async def show_faces(request: PageRequest) -> Answer[FacesPage]:
    """The avatar and the header of who is signed in."""
    return await faces_page(request)


@post(
    HERE,
    tags=["settings"],
    guards=[signed_in],
    opt={"again": faces_page, "files": FILES},
    request_max_body_size=LARGEST_FORM,
)
async def change_face(request: PageRequest, square: Square, visit: Visit, data: FaceForm) -> Response[Done]:
    """Show another avatar or header, say in words what it shows, or take it away."""
    account = account_of(visit)
    if description_is_too_long(data.alt):
        raise Invalid({"alt": too_long(LONGEST_DESCRIPTION)})
    files = [file for file in await request.files(FILES[0]) if file]
    before = _of(await square.database.read(lambda tx: _faces(tx, account.id)), data.kind)
    if files:
        try:
            await keep_picture(square, account.id, files[0], data.kind, data.alt)
        except Unusable as error:
            raise Invalid({FILES[0]: WHY[error.why]}) from error
    elif before is None:
        raise Invalid({FILES[0]: say("Choose a picture first.")})
    elif data.remove:
        await remove_picture(square, account.id, int(before.id))
    else:
        shown = int(before.id)
        await square.database.write(lambda tx: describe(tx, account.id, shown, clean(data.alt), ""))
    return done(request, f"{HERE}?saved=1", Done(HERE))


def _of(faces: Faces, kind: Face) -> Picture | None:
    return faces.avatar if kind == "avatar" else faces.header


routes = [show_faces, change_face]
