"""What a person sets for themselves: language, light, name, password, sessions, invitations."""

from typing import Annotated

from litestar import Response, get, post
from msgspec import Meta, Struct

from app.names import LONGEST_NAME
from app.passwords import LONGEST
from app.square import Square
from app.store import accounts, gates, sessions
from app.store.engines import Tx
from app.store.oauth import end_tokens_of
from app.web.answers import Answer, Done, answer, done, local_path
from app.web.joining import password_error
from app.web.limits import SIGN_IN, count
from app.web.presenting import Change, change_presentation, errors_of
from app.web.requests import Invalid, PageRequest, square_of
from app.web.sentences import say
from app.web.translations import Language
from app.web.visits import YEAR, Theme, Visit, account_of, new_cookie, session_of, signed_in, visit_of

Path = Annotated[str, Meta(max_length=2000)]
Secret = Annotated[str, Meta(min_length=1, max_length=LONGEST)]


class LanguageForm(Struct, frozen=True):
    """The language in which the square speaks; `next` is the page to go on to."""

    language: Language
    next: Path = "/"


class ThemeForm(Struct, frozen=True):
    """Light or dark; "" follows the reader's machine."""

    theme: Theme
    next: Path = "/"


class ProfileForm(Struct, frozen=True):
    """What an account says of itself."""

    name: Annotated[str, Meta(max_length=400)] = ""
    bio: Annotated[str, Meta(max_length=8000)] = ""


class PasswordForm(Struct, frozen=True):
    """The password until now, and the one from now on."""

    old_password: Secret
    new_password: Secret


class SessionForm(Struct, frozen=True):
    """The name of the session to end."""

    session: Annotated[str, Meta(pattern="^[0-9a-f]{16}\\Z")]


class OpenSession(Struct, frozen=True):
    """A session in the list; times in Unix ms."""

    name: str
    created_at: int
    seen_at: int
    is_this: bool


class InvitationMade(Struct, frozen=True):
    """A code, told once, and the address that somebody joins by."""

    code: str
    url: str


class SettingsPage(Struct, frozen=True):
    """Everything that a person has set; `invitation` is the address of a code just made."""

    handle: str
    name: str
    bio: str
    sessions: tuple[OpenSession, ...]
    gate: str
    invitations: tuple[gates.Invitation, ...]
    invitation: str = ""
    saved: str = ""
    longest_name: int = LONGEST_NAME


async def settings_page(request: PageRequest) -> Answer[SettingsPage]:
    """The settings of who is signed in."""
    square, visit = square_of(request), await visit_of(request)
    account, session, now = account_of(visit), session_of(visit), square.clock.now()

    async def load(tx: Tx) -> tuple[list[sessions.Session], list[gates.Invitation]]:
        return await sessions.sessions_of(tx, account.id, now), await gates.invitations_of(tx, account.id)

    open_sessions, invitations = await square.database.read(load)
    code = str(request.query_params.get("invitation", ""))[:100]
    page = SettingsPage(
        handle=account.handle,
        name=account.name,
        bio=account.bio,
        sessions=tuple(
            OpenSession(one.name, one.created_at, one.seen_at, one.id_hash == session.id_hash) for one in open_sessions
        ),
        gate=square.config.gate,
        invitations=tuple(invitations),
        invitation=_join_url(request, code) if code else "",
        saved=str(request.query_params.get("saved", ""))[:20],
    )
    return answer(request, "settings.html", page)


@get("/settings", tags=["settings"], guards=[signed_in])
async def show_settings(request: PageRequest) -> Answer[SettingsPage]:
    """The settings of who is signed in."""
    return await settings_page(request)


@post("/language", tags=["settings"])
async def change_language(request: PageRequest, square: Square, visit: Visit, data: LanguageForm) -> Response[Done]:
    """Choose the language of the interface, for this browser and for the account if there is one."""
    account = visit.account
    if account is not None:
        await square.database.write(lambda tx: accounts.change_locale(tx, account.id, data.language))
    cookie = new_cookie(square.config, "locale", data.language, YEAR)
    url = local_path(data.next)
    return done(request, url, Done(url), cookies=[cookie])


@post("/theme", tags=["settings"])
async def change_theme(request: PageRequest, square: Square, visit: Visit, data: ThemeForm) -> Response[Done]:
    """Choose light, dark, or what the reader's machine prefers."""
    account = visit.account
    if account is not None:
        await square.database.write(lambda tx: accounts.change_theme(tx, account.id, data.theme))
    cookie = new_cookie(square.config, "theme", data.theme, YEAR if data.theme else 0)
    url = local_path(data.next)
    return done(request, url, Done(url), cookies=[cookie])


@post("/settings/profile", tags=["settings"], guards=[signed_in], opt={"again": settings_page})
async def change_profile(request: PageRequest, square: Square, visit: Visit, data: ProfileForm) -> Response[Done]:
    """Change the name and the few words that an account shows."""
    account = account_of(visit)
    change = Change(name=data.name, bio=data.bio)
    if errors := errors_of(change):
        raise Invalid(errors)
    await square.database.write(lambda tx: change_presentation(tx, account, change, square.clock.now()))
    return done(request, "/settings?saved=profile", Done("/settings"))


@post("/settings/password", tags=["settings"], guards=[signed_in], opt={"again": settings_page})
async def change_password(request: PageRequest, square: Square, visit: Visit, data: PasswordForm) -> Response[Done]:
    """Change the password, end all other sessions, and take back what programs were allowed."""
    await count(square, request, SIGN_IN)
    account, session = account_of(visit), session_of(visit)
    credential = await square.database.read(lambda tx: accounts.credential_of(tx, account.id))
    if not await square.passwords.matches(credential.phc if credential else None, data.old_password):
        raise Invalid({"old_password": say("This is not your password until now.")})
    error = password_error(data.new_password, account.handle)
    if error is not None:
        raise Invalid({"new_password": error})
    phc = await square.passwords.hash(data.new_password)

    async def change(tx: Tx) -> None:
        await accounts.change_password(tx, account.id, phc)
        await sessions.end_other_sessions(tx, account.id, session.id_hash)
        await end_tokens_of(tx, account.id)

    await square.database.write(change)
    return done(request, "/settings?saved=password", Done("/settings"))


@post("/settings/sessions", tags=["settings"], guards=[signed_in])
async def end_session(request: PageRequest, square: Square, visit: Visit, data: SessionForm) -> Response[Done]:
    """End one of one's own sessions."""
    account, now = account_of(visit), square.clock.now()

    async def end(tx: Tx) -> None:
        for session in await sessions.sessions_of(tx, account.id, now):
            if session.name == data.session:
                await sessions.end_session(tx, session.id_hash)

    await square.database.write(end)
    return done(request, "/settings?saved=sessions", Done("/settings"))


@post("/invitations", tags=["accounts"], guards=[signed_in])
async def make_invitation(request: PageRequest, square: Square, visit: Visit) -> Response[InvitationMade]:
    """Make a code by which one person may join, where the gate asks for invitations."""
    account, now = account_of(visit), square.clock.now()
    if square.config.gate != "invitation":
        raise Invalid({"gate": say("This square is open without invitations.")})
    code = await square.database.write(lambda tx: gates.make_invitation(tx, account.id, now))
    url = f"/settings?invitation={code}#invitations"
    return done(request, url, InvitationMade(code, _join_url(request, code)))


def _join_url(request: PageRequest, code: str) -> str:
    root = square_of(request).config.public_url or str(request.base_url).rstrip("/")
    return f"{root}/join?invitation={code}"


routes = [
    show_settings,
    change_language,
    change_theme,
    change_profile,
    change_password,
    end_session,
    make_invitation,
]
