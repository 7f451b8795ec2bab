"""Signing in and out, and the session as a program sees it."""

from typing import Annotated, Final

from litestar import Response, get, post
from msgspec import Meta, Struct

from app.passwords import LONGEST
from app.square import Square
from app.store.accounts import Account, Credential, account_by_id, credential_of_email, credential_of_handle
from app.store.engines import Tx
from app.store.sessions import Session, end_old_sessions, end_session, open_session
from app.web.answers import Answer, answer, done, local_path, wants_json
from app.web.limits import SIGN_IN, count
from app.web.requests import Invalid, PageRequest, square_of
from app.web.sentences import say
from app.web.visits import Visit, keep_visit, session_cookie, visitor_cookie

NO_STORE: Final = {"Cache-Control": "no-store"}


class SignInForm(Struct, frozen=True):
    """Who signs in, and where to go on to then."""

    handle: Annotated[str, Meta(min_length=1, max_length=60)]
    password: Annotated[str, Meta(min_length=1, max_length=LONGEST)]
    next: Annotated[str, Meta(max_length=2000)] = "/"


class SignInPage(Struct, frozen=True):
    """The form, and where it leads."""

    next: str = "/"


class SessionPage(Struct, frozen=True):
    """Who is signed in ("" if nobody); `csrf` is what every writing request brings as `X-CSRF-Token`."""

    account: str
    handle: str
    member: str
    csrf: str


def session_page(visit: Visit) -> SessionPage:
    """The session as a program sees it."""
    account = visit.account
    if account is None:
        return SessionPage("", "", "", visit.csrf)
    return SessionPage(str(account.id), account.handle, account.member or "", visit.csrf)


@get("/session", tags=["session"])
async def show_session(request: PageRequest, visit: Visit) -> Answer[SessionPage]:
    """Who is signed in, and the token that writing needs."""
    page = answer(request, "session.html", session_page(visit), headers=NO_STORE)
    if visit.is_new and wants_json(request):
        # A page gives every new visitor the cookie that its forms are made for; of JSON only this one has a token.
        page.cookies.append(visitor_cookie(square_of(request).config, visit))
    return page


async def sign_in_page(request: PageRequest) -> Answer[SignInPage]:
    """The form for signing in."""
    return answer(request, "sign-in.html", SignInPage(local_path(str(request.query_params.get("next", "/")))))


@get("/sign-in", tags=["session"])
async def show_sign_in(request: PageRequest, visit: Visit) -> Answer[SignInPage]:
    """The form for signing in."""
    return await sign_in_page(request)


@post("/sign-in", tags=["session"], opt={"again": sign_in_page})
async def sign_in(request: PageRequest, square: Square, data: SignInForm) -> Response[SessionPage]:
    """Open a session by handle and password."""
    await count(square, request, SIGN_IN)
    owner = await owner_of(square, data.handle, data.password)
    if owner is None:
        raise Invalid({"password": say("This handle and this password do not belong together.")})
    now = square.clock.now()

    async def open_it(tx: Tx) -> tuple[str, Session, Account]:
        account = await account_by_id(tx, owner)
        assert account is not None
        await end_old_sessions(tx, owner, now)
        return *await open_session(tx, owner, now), account

    session_id, session, account = await square.database.write(open_it)
    visit = keep_visit(request, account, session)
    cookies = [session_cookie(square.config, session_id)]
    return done(request, local_path(data.next), session_page(visit), cookies=cookies)


async def owner_of(square: Square, name: str, password: str) -> int | None:
    """The account whose handle or e-mail address and password these are; it takes as long where nobody has the name.

    Programs ask for an address where a square may know none: then what stands before the @ is the handle.
    """
    wanted = name.strip().removeprefix("@").lower()

    async def load(tx: Tx) -> Credential | None:
        found = await credential_of_email(tx, wanted) if "@" in wanted else None
        return found or await credential_of_handle(tx, wanted.partition("@")[0])

    credential = await square.database.read(load)
    right = await square.passwords.matches(credential.phc if credential else None, password)
    return credential.account if credential is not None and right else None


@post("/sign-out", tags=["session"])
async def sign_out(request: PageRequest, square: Square, visit: Visit) -> Response[SessionPage]:
    """End this session: its cookie opens nothing any more."""
    session = visit.session
    if session is not None:
        await square.database.write(lambda tx: end_session(tx, session.id_hash))
    return done(request, "/", SessionPage("", "", "", ""), cookies=[session_cookie(square.config, "")])


routes = [show_session, show_sign_in, sign_in, sign_out]
