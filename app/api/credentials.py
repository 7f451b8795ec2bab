"""One's own account: what it shows, what it begins with, and taking a place on the square."""

from typing import Annotated, Final

from litestar.datastructures import UploadFile
from msgspec import Meta, Struct
from msgspec.structs import asdict

from app.api import entities
from app.api.callers import Caller, person, program
from app.api.errors import Unusable
from app.api.oauth import Token
from app.api.people import account_list
from app.api.routes import delete, get, patch, post
from app.api.speech import VISIBILITIES
from app.api.views import View
from app.media.keeping import keep_picture, remove_picture
from app.media.pictures import Faces, faces_among
from app.media.taking import LARGEST
from app.passwords import LONGEST
from app.programs import give_token
from app.square import Square
from app.store.accounts import Account, account_by_id
from app.store.circles import count_requests
from app.store.engines import Tx
from app.store.oauth import app_by_id
from app.store.profiles import profile_of
from app.store.visibility import Visibility
from app.web.faces import FACES, Face
from app.web.joining import JoinForm, enter
from app.web.limits import JOIN, count
from app.web.presenting import Change, Row, change_presentation, errors_of, rows_of
from app.web.requests import LARGEST_FORM, Invalid, PageRequest

Long = Annotated[str, Meta(max_length=8_000)]
KEPT: Final[dict[str, Visibility]] = {said: kept for kept, said in VISIBILITIES.items()}


class SourceForm(Struct, frozen=True):
    """What new posts begin with."""

    privacy: entities.Visibility | None = None
    sensitive: bool | None = None
    language: Annotated[str, Meta(max_length=35)] | None = None


class ProfileForm(Struct, frozen=True):
    """What somebody wants to change of their account; what is not there stays."""

    display_name: Annotated[str, Meta(max_length=400)] | None = None
    note: Long | None = None
    avatar: UploadFile | None = None
    header: UploadFile | None = None
    avatar_description: Long = ""
    header_description: Long = ""
    locked: bool | None = None
    bot: bool | None = None
    discoverable: bool | None = None
    indexable: bool | None = None
    hide_collections: bool | None = None
    fields_attributes: Annotated[list[Row], Meta(max_length=100)] | None = None
    source: SourceForm = SourceForm()


class AccountForm(Struct, frozen=True):
    """A newcomer; `agreement` is their word to be 16 or older, `reason` may be a code of invitation."""

    username: Annotated[str, Meta(max_length=60)]
    password: Annotated[str, Meta(max_length=LONGEST)]
    email: Annotated[str, Meta(max_length=254)] = ""
    agreement: bool = False
    locale: Annotated[str, Meta(max_length=35)] = "en"
    reason: Annotated[str, Meta(max_length=200)] = ""
    invite_code: Annotated[str, Meta(max_length=200)] = ""


async def own_account(tx: Tx, account: int, view: View) -> entities.CredentialAccount:
    """One's own account, with what only its owner is told."""
    (shown,) = await account_list(tx, [account], view)
    profile, row = await profile_of(tx, account), await account_by_id(tx, account)
    assert row is not None, "an account that is shown is there"
    role = shown.roles[0] if shown.roles else None
    source = entities.Source(
        privacy=VISIBILITIES[profile.post_visibility],
        sensitive=profile.post_sensitive,
        language=profile.post_language or None,
        note=row.bio,
        fields=tuple(entities.Field(one.name, one.value) for one in rows_of(profile.fields)),
        follow_requests_count=await count_requests(tx, account),
        hide_collections=profile.hides_follows,
        discoverable=profile.discoverable,
        indexable=profile.indexable,
    )
    own = entities.Role(role.id if role else "-99", role.name if role else "")
    return entities.CredentialAccount(**asdict(shown), source=source, role=own)


@get("/api/v1/accounts/verify_credentials", person("read:accounts", "profile"))
async def show_own_account(square: Square, view: View, person: Account) -> entities.CredentialAccount:
    """Whose token this is."""
    return await square.database.read(lambda tx: own_account(tx, person.id, view))


class UserInfo(Struct, frozen=True):
    """Who somebody is, in the names of OpenID Connect; `sub` is the address of the account, which stays."""

    iss: str
    sub: str
    name: str
    preferred_username: str
    profile: str
    picture: str


@get("/oauth/userinfo", person("profile"))
async def show_user(square: Square, view: View, person: Account) -> UserInfo:
    """Whose token this is, for programs that ask no more than that."""
    (shown,) = await square.database.read(lambda tx: account_list(tx, [person.id], view))
    return UserInfo(f"{view.root}/", shown.uri, shown.display_name, shown.username, shown.url, shown.avatar)


@patch("/api/v1/accounts/update_credentials", person("write:accounts"), largest=LARGEST_FORM)
async def change_account(square: Square, view: View, person: Account, data: ProfileForm) -> entities.CredentialAccount:
    """Change what one's account says and begins with."""
    change = Change(
        name=data.display_name,
        bio=data.note,
        locked=data.locked,
        bot=data.bot,
        discoverable=data.discoverable,
        indexable=data.indexable,
        hides_follows=data.hide_collections,
        fields=data.fields_attributes,
        post_visibility=KEPT[data.source.privacy] if data.source.privacy is not None else None,
        post_sensitive=data.source.sensitive,
        post_language=data.source.language,
    )
    if errors := errors_of(change):
        raise Invalid(errors)
    for kind in FACES:
        file = data.avatar if kind == "avatar" else data.header
        if file is not None and (sent := await file.read(LARGEST + 1)):
            words = data.avatar_description if kind == "avatar" else data.header_description
            await keep_picture(square, person.id, sent, kind, words)

    async def write(tx: Tx) -> entities.CredentialAccount:
        await change_presentation(tx, person, change, view.now)
        return await own_account(tx, person.id, view)

    return await square.database.write(write)


@delete("/api/v1/profile/avatar", person("write:accounts"))
async def remove_avatar(square: Square, view: View, person: Account) -> entities.CredentialAccount:
    """Show no avatar of one's own."""
    return await _without(square, view, person.id, "avatar")


@delete("/api/v1/profile/header", person("write:accounts"))
async def remove_header(square: Square, view: View, person: Account) -> entities.CredentialAccount:
    """Show no header of one's own."""
    return await _without(square, view, person.id, "header")


async def _without(square: Square, view: View, account: int, kind: Face) -> entities.CredentialAccount:
    faces = (await square.database.read(lambda tx: faces_among(tx, [account]))).get(account, Faces())
    shown = faces.avatar if kind == "avatar" else faces.header
    if shown is not None:
        await remove_picture(square, account, int(shown.id))
    return await square.database.read(lambda tx: own_account(tx, account, view))


@post("/api/v1/accounts", program("write:accounts"))
async def create_account(request: PageRequest, square: Square, caller: Caller, data: AccountForm) -> Token:
    """Take a place on the square; who is asked to confirm an address does that on the page for newcomers."""
    await count(square, request, JOIN)
    if square.config.gate == "email":
        raise Unusable("This square asks to confirm an e-mail address first: join on its page /join")
    code = data.invite_code or data.reason
    form = JoinForm(data.username, data.password, data.agreement, code if square.config.gate == "invitation" else "")
    account = await enter(square, form, "ar" if data.locale.startswith("ar") else "en")

    app = await square.database.read(lambda tx: app_by_id(tx, caller.app))
    assert app is not None, "a token belongs to a program"
    granted = await give_token(square, app, account.id, " ".join(caller.scopes))
    return Token(granted.token, "Bearer", granted.scopes, granted.created_at // 1000)


routes = [show_own_account, show_user, change_account, remove_avatar, remove_header, create_account]
