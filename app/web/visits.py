"""Who asks, in which language and light: read from the cookies once a request, and only if somebody wants to know."""

import hashlib
from base64 import urlsafe_b64encode
from contextlib import suppress
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Final, Literal

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, Headers, State
from litestar.handlers import BaseRouteHandler
from msgspec import Struct
from msgspec.structs import replace

from app.config import Config
from app.store.accounts import Account
from app.store.engines import StoreError
from app.store.sessions import LIFE, Session, find_session, is_news, see_session
from app.web.negotiation import preferred_language
from app.web.proxies import is_trusted
from app.web.requests import Asked, PageRequest, square_of
from app.web.translations import LANGUAGES, Language, Tongue, tongues

Theme = Literal["light", "dark", ""]
YEAR: Final = 365 * 24 * 3600
_KEPT: Final = "visit"


class NotSignedIn(Exception):
    """Only somebody with an account may do this."""


class Visit(Struct, frozen=True):
    """One request's reader. `visitor` is the random cookie of somebody who is not signed in, "" for who is.

    `country` is where a trusted proxy says that they are, an ISO 3166 code, "" where nobody knows.
    """

    tongue: Tongue
    theme: str
    csrf: str
    visitor: str = ""
    is_new: bool = False
    account: Account | None = None
    session: Session | None = None
    country: str = ""

    @property
    def member(self) -> str | None:
        """The reader's number, "m:17", if they are admitted."""
        return self.account.member if self.account else None


def cookie_name(config: Config, name: str) -> str:
    """The cookie's name, which over https no other host can have set."""
    return f"__Host-{name}" if config.is_secure else name


def new_cookie(config: Config, name: str, value: str, seconds: int | None) -> Cookie:
    """A cookie that no script reads and no other site sends along with a form; seconds 0 takes it back."""
    return Cookie(
        key=cookie_name(config, name),
        value=value,
        path="/",
        httponly=True,
        samesite="lax",
        secure=config.is_secure,
        max_age=seconds,
    )


def session_cookie(config: Config, session_id: str) -> Cookie:
    """The cookie of a new session; "" takes it back."""
    return new_cookie(config, "session", session_id, LIFE // 1000 if session_id else 0)


def visitor_cookie(config: Config, visit: Visit) -> Cookie:
    """The random cookie of a browser in which nobody is signed in, for as long as it stays open."""
    return new_cookie(config, "visitor", visit.visitor, None)


async def visit_of(request: Asked) -> Visit:
    """The reader of this request."""
    kept = request.scope["state"].get(_KEPT)
    if isinstance(kept, Visit):
        return kept
    visit = await _load(request)
    request.scope["state"][_KEPT] = visit
    return visit


def known_visit(request: Asked) -> Visit:
    """The reader as far as this request knows without asking the database."""
    kept = request.scope["state"].get(_KEPT)
    return kept if isinstance(kept, Visit) else _visitor(request)


def keep_visit(request: Asked, account: Account, session: Session | None) -> Visit:
    """Go on as this account, for the rest of the request that signed it in or changed it."""
    visit = _signed_in(request, account, session) if session else replace(_visitor(request), account=account)
    request.scope["state"][_KEPT] = visit
    return visit


def token_is_right(visit: Visit, token: str) -> bool:
    """Whether a form was made for this session, or for this visitor's browser."""
    return not visit.is_new and compare_digest(visit.csrf.encode(), token.encode())


async def signed_in(connection: ASGIConnection[BaseRouteHandler, None, None, State], _: BaseRouteHandler) -> None:
    """The guard of routes that only somebody with an account may use."""
    assert isinstance(connection, PageRequest)
    if (await visit_of(connection)).account is None:
        raise NotSignedIn


def account_of(visit: Visit) -> Account:
    """The reader's account, behind the guard `signed_in`."""
    if visit.account is None:
        raise NotSignedIn
    return visit.account


def session_of(visit: Visit) -> Session:
    """The reader's session, behind the guard `signed_in`."""
    if visit.session is None:
        raise NotSignedIn
    return visit.session


async def _load(request: Asked) -> Visit:
    square = square_of(request)
    session_id = request.cookies.get(cookie_name(square.config, "session"), "")
    if not session_id:
        return _visitor(request)
    now = square.clock.now()
    found = await square.database.read(lambda tx: find_session(tx, session_id, now))
    if found is None:
        return _visitor(request)
    session, account = found
    if is_news(session, now):
        # That a reader was seen is worth no refused page: with a full disk reading goes on.
        with suppress(StoreError):
            await square.database.write(lambda tx: see_session(tx, session, now))
    return _signed_in(request, account, session)


def _signed_in(request: Asked, account: Account, session: Session) -> Visit:
    return Visit(
        tongue=_tongue(request, account.locale),
        theme=account.theme,
        csrf=urlsafe_b64encode(session.csrf).decode(),
        account=account,
        session=session,
        country=country_of(request),
    )


def _visitor(request: Asked) -> Visit:
    config = square_of(request).config
    theme = request.cookies.get(cookie_name(config, "theme"), "")
    known = request.cookies.get(cookie_name(config, "visitor"), "")
    visitor = known or token_urlsafe(32)
    return Visit(
        tongue=_tongue(request, ""),
        theme=theme if theme in ("light", "dark") else "",
        csrf=hashlib.sha256(f"isegoria/csrf\0{visitor}".encode()).hexdigest(),
        visitor=visitor,
        is_new=not known,
        country=country_of(request),
    )


def country_of(request: Asked) -> str:
    """The country in the header that the configuration names, if a trusted proxy sent it; "" where nobody knows."""
    peer = request.client.host if request.client else ""
    return country_in(request.headers, peer, square_of(request).config)


def country_in(headers: Headers, peer: str, config: Config) -> str:
    """The country in the headers that `peer` sent along; "" where nobody knows."""
    if not config.country_header or not is_trusted(peer, config.trusted_proxies):
        return ""
    country = headers.get(config.country_header, "").strip().upper()
    return country if len(country) == 2 and country.isascii() and country.isalpha() else ""


def _tongue(request: Asked, chosen: str) -> Tongue:
    wishes = (chosen, request.cookies.get(cookie_name(square_of(request).config, "locale"), ""))
    for wish in wishes:
        if wish in LANGUAGES:
            return tongues.all[language_of(wish)]
    return tongues.all[preferred_language(request.headers.get("accept-language", ""))]


def language_of(wish: str) -> Language:
    """A language of the interface, English where it has no such one."""
    return "ar" if wish == "ar" else "en"
