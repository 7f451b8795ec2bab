"""OAuth 2 for clients: registering a program, the token endpoint, revoking, and where all that is."""

import binascii
from base64 import b64decode
from typing import Annotated, Final
from urllib.parse import unquote_plus

from msgspec import Meta, Struct

from app.api.callers import Caller, anybody, program
from app.api.errors import OauthError, Unusable
from app.api.paging import root_of
from app.api.routes import get, post
from app.passwords import LONGEST
from app.programs import Granted, NotAllowed, allowed_scopes, exchange, give_token, program_of, register
from app.scopes import SCOPES
from app.square import Square
from app.store.engines import Tx
from app.store.oauth import OauthApp, app_by_id, end_token, find_token
from app.text import clean_line
from app.web.limits import SIGN_IN, count
from app.web.requests import PageRequest
from app.web.signing_in import owner_of

Short = Annotated[str, Meta(max_length=4_000)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
GRANTS: Final = ("authorization_code", "client_credentials", "password")


class AppForm(Struct, frozen=True):
    """A program that wants to be known; several redirects are a list, or lines of one text."""

    client_name: Name
    redirect_uris: Annotated[list[Short], Meta(max_length=20)]
    scopes: Short = "read"
    website: Annotated[str, Meta(max_length=2_000)] = ""


class TokenForm(Struct, frozen=True):
    """What the token endpoint is asked."""

    grant_type: Short = ""
    client_id: Short = ""
    client_secret: Short | None = None
    scope: Short = ""
    code: Short = ""
    redirect_uri: Short = ""
    code_verifier: Short = ""
    username: Short = ""
    password: Annotated[str, Meta(max_length=LONGEST)] = ""


class RevokeForm(Struct, frozen=True):
    """A token that is to open nothing any more."""

    token: Short = ""
    client_id: Short = ""
    client_secret: Short | None = None


class Application(Struct, frozen=True, kw_only=True):
    """A program as it sees itself; no push is sent here, so there is no key for it."""

    id: str
    name: str
    website: str | None
    scopes: tuple[str, ...]
    redirect_uris: tuple[str, ...]
    redirect_uri: str
    vapid_key: str = ""


class CredentialApplication(Application, frozen=True, kw_only=True):
    """A new program, with its secret, which does not end."""

    client_id: str
    client_secret: str
    client_secret_expires_at: int = 0


class Token(Struct, frozen=True):
    """A token; `created_at` is in seconds."""

    access_token: str
    token_type: str
    scope: str
    created_at: int


class Nothing(Struct, frozen=True):
    """Done."""


class Server(Struct, frozen=True):
    """Where OAuth is, and what it knows (RFC 8414)."""

    issuer: str
    service_documentation: str
    authorization_endpoint: str
    token_endpoint: str
    app_registration_endpoint: str
    revocation_endpoint: str
    userinfo_endpoint: str
    scopes_supported: tuple[str, ...] = SCOPES
    response_types_supported: tuple[str, ...] = ("code",)
    response_modes_supported: tuple[str, ...] = ("query",)
    grant_types_supported: tuple[str, ...] = GRANTS
    code_challenge_methods_supported: tuple[str, ...] = ("S256",)
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic", "client_secret_post", "none")


@post("/api/v1/apps", anybody())
async def create_app(square: Square, data: AppForm) -> CredentialApplication:
    """Register a program."""
    redirects = tuple(line for one in data.redirect_uris for line in one.split())
    name = clean_line(data.client_name)
    if not name:
        raise Unusable("Validation failed: Application name can't be blank")
    try:
        made = await register(square, name, redirects, data.scopes, clean_line(data.website))
    except NotAllowed as error:
        raise Unusable(f"Validation failed: {error.why}") from error
    shown = _application(made.app)
    return CredentialApplication(
        id=shown.id,
        name=shown.name,
        website=shown.website,
        scopes=shown.scopes,
        redirect_uris=shown.redirect_uris,
        redirect_uri=shown.redirect_uri,
        client_id=made.app.client_id,
        client_secret=made.secret,
    )


@get("/api/v1/apps/verify_credentials", program())
async def show_app(square: Square, caller: Caller) -> Application:
    """The program that calls."""
    app = await square.database.read(lambda tx: app_by_id(tx, caller.app))
    assert app is not None, "a token belongs to a program"
    return _application(app)


def _application(app: OauthApp) -> Application:
    redirects = tuple(app.redirects.split())
    return Application(
        id=str(app.id),
        name=app.name,
        website=app.website or None,
        scopes=tuple(app.scopes.split()),
        redirect_uris=redirects,
        redirect_uri="\n".join(redirects),
    )


@post("/oauth/token", anybody())
async def create_token(request: PageRequest, square: Square, data: TokenForm) -> Token:
    """Exchange a code, a password, or a program's secret alone for a token."""
    if data.grant_type not in GRANTS:
        raise OauthError("unsupported_grant_type", f"grant_type is one of {', '.join(GRANTS)}")
    client, secret = _client(request, data.client_id, data.client_secret)
    try:
        app = await program_of(square, client, secret)
        granted = await _grant(request, square, app, data, proven=secret is not None)
    except NotAllowed as error:
        raise OauthError(error.name, error.why, 401 if error.name == "invalid_client" else 400) from error
    return Token(granted.token, "Bearer", granted.scopes, granted.created_at // 1000)


async def _grant(request: PageRequest, square: Square, app: OauthApp, data: TokenForm, *, proven: bool) -> Granted:
    if data.grant_type == "authorization_code":
        return await exchange(square, app, data.code, data.redirect_uri, data.code_verifier, proven=proven)
    if not proven:
        raise NotAllowed("invalid_client", "Client authentication failed: the client's secret is missing.")
    scopes = allowed_scopes(app, data.scope)
    if data.grant_type == "client_credentials":
        return await give_token(square, app, None, scopes)
    await count(square, request, SIGN_IN)
    owner = await owner_of(square, data.username, data.password)
    if owner is None:
        raise NotAllowed("invalid_grant", "This name and this password do not belong together.")
    return await give_token(square, app, owner, scopes)


def _client(request: PageRequest, client: str, secret: str | None) -> tuple[str, str | None]:
    """Who a program says it is: in the body, or in an Authorization header."""
    kind, _, written = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return client, secret
    try:
        name, _, word = b64decode(written.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise OauthError("invalid_client", "The Authorization header cannot be read.", 401) from error
    return unquote_plus(name), unquote_plus(word)


@post("/oauth/revoke", anybody())
async def revoke_token(request: PageRequest, square: Square, data: RevokeForm) -> Nothing:
    """Take back a token, by the program that has it; one that is not there is as good as taken back."""
    client, secret = _client(request, data.client_id, data.client_secret)
    try:
        app = await program_of(square, client, secret or "")
    except NotAllowed as error:
        raise OauthError("unauthorized_client", "You are not authorized to revoke this token", 403) from error

    async def revoke(tx: Tx) -> bool:
        found = await find_token(tx, data.token)
        if found is None:
            return True
        return found[0].app == app.id and await end_token(tx, found[0].id)

    if not await square.database.write(revoke):
        raise OauthError("unauthorized_client", "You are not authorized to revoke this token", 403)
    return Nothing()


@get("/.well-known/oauth-authorization-server", anybody())
async def show_server(request: PageRequest) -> Server:
    """Where OAuth is."""
    root = root_of(request)
    return Server(
        issuer=f"{root}/",
        service_documentation=f"{root}/about",
        authorization_endpoint=f"{root}/oauth/authorize",
        token_endpoint=f"{root}/oauth/token",
        app_registration_endpoint=f"{root}/api/v1/apps",
        revocation_endpoint=f"{root}/oauth/revoke",
        userinfo_endpoint=f"{root}/oauth/userinfo",
    )


routes = [create_app, show_app, create_token, revoke_token, show_server]
