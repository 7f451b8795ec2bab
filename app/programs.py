"""Programs that speak for people: how one is registered, what it may do, and how it gets its token (OAuth 2)."""

import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import compare_digest
from secrets import randbits, token_urlsafe
from typing import Final
from urllib.parse import urlencode, urlsplit

from msgspec import Struct

from app.identifiers import day_of
from app.scopes import SCOPES, covers, scopes_in
from app.square import Square
from app.store.engines import Tx
from app.store.oauth import (
    CODE_LIFE,
    OauthApp,
    OauthCode,
    OauthToken,
    add_app,
    add_code,
    add_token,
    app_of_client,
    code_of,
    end_token,
    number_of_code,
    use_code,
)
from app.store.sessions import hash_of

OUT_OF_BAND: Final = "urn:ietf:wg:oauth:2.0:oob"
"""Where a code is sent to that somebody copies by hand."""

LONGEST_REDIRECT: Final = 2_000
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*")
_HOST: Final = re.compile(r"[A-Za-z0-9.\-\[\]:%_]*")
_UNSAFE: Final = frozenset({"javascript", "data", "vbscript", "blob", "file", "about", "mailto"})


class NotAllowed(Exception):
    """What a program asks for is not given; `name` is what RFC 6749 calls it."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self.name = name
        self.why = why


class Registered(Struct, frozen=True):
    """A new program, with the secret that is told once."""

    app: OauthApp
    secret: str


class Granted(Struct, frozen=True):
    """A token, told once, and what it allows; `created_at` is Unix ms."""

    token: str
    scopes: str
    created_at: int


class Asked(Struct, frozen=True):
    """What a program asks somebody to allow it; `challenge` is "" without PKCE."""

    app: OauthApp
    redirect: str
    scopes: str
    state: str
    challenge: str


async def register(square: Square, name: str, redirects: tuple[str, ...], scopes: str, website: str) -> Registered:
    """Enter a program. Raises NotAllowed for an address that no code can be sent to, or a scope that is none."""
    wrong = [one for one in redirects if not is_redirect(one)]
    if wrong or not redirects:
        raise NotAllowed("invalid_redirect_uri", "redirect_uris must be absolute addresses without a fragment")
    listed = scopes_in(scopes)
    if any(scope not in SCOPES for scope in listed):
        raise NotAllowed("invalid_scope", "scopes has one that does not exist here")
    client, secret, now = token_urlsafe(24), token_urlsafe(32), square.clock.now()
    said = (name, website, " ".join(redirects), " ".join(listed), day_of(now))

    async def enter(tx: Tx) -> OauthApp:
        app = OauthApp(randbits(63), client, hash_of(secret), *said)
        while not await add_app(tx, app):
            app = OauthApp(randbits(63), client, hash_of(secret), *said)
        return app

    return Registered(await square.database.write(enter), secret)


def is_redirect(address: str) -> bool:
    """Whether a code may be sent there: an absolute address, never one that a browser runs."""
    if address == OUT_OF_BAND:
        return True
    try:
        parts = urlsplit(address)
        host = parts.netloc
    except ValueError:
        return False
    sound = address.isascii() and address.isprintable() and " " not in address and len(address) <= LONGEST_REDIRECT
    safe = _SCHEME.fullmatch(parts.scheme) is not None and parts.scheme not in _UNSAFE
    return (
        sound and safe and not parts.fragment and _HOST.fullmatch(host) is not None and (bool(host) or ":" in address)
    )


def allowed_scopes(app: OauthApp, wanted: str) -> str:
    """What a program may be given of what it asks for, "read" where it asks for nothing. Raises NotAllowed."""
    listed = scopes_in(wanted or "read")
    if not all(scope in SCOPES and covers(app.scopes.split(), scope) for scope in listed):
        raise NotAllowed("invalid_scope", "The requested scope is invalid, unknown, or malformed.")
    return " ".join(listed)


def challenge_in(challenge: str, method: str) -> str:
    """The challenge of PKCE, by SHA-256 alone. Raises NotAllowed."""
    if challenge and (method != "S256" or not _CHALLENGE.fullmatch(challenge)):
        raise NotAllowed("invalid_request", "The code_challenge_method must be S256.")
    return challenge


async def allow(square: Square, account: int, asked: Asked) -> str:
    """The code for what somebody has allowed."""
    code, now = token_urlsafe(32), square.clock.now()
    given = OauthCode(asked.app.id, account, asked.redirect, asked.scopes, asked.challenge, now + CODE_LIFE)
    await square.database.write(lambda tx: add_code(tx, code, given))
    return code


def onward(redirect: str, state: str, **answer: str) -> str:
    """The address that somebody is sent back to, with what is answered."""
    told = {**answer, **({"state": state} if state else {})}
    return f"{redirect}{'&' if '?' in redirect else '?'}{urlencode(told)}"


async def program_of(square: Square, client_id: str, secret: str | None) -> OauthApp:
    """The program that shows its secret; without one (None) it has yet to show what only it can know.

    Raises NotAllowed.
    """
    app = await square.database.read(lambda tx: app_of_client(tx, client_id))
    if app is None or (secret is not None and not compare_digest(app.secret_hash, hash_of(secret))):
        raise NotAllowed("invalid_client", "Client authentication failed: unknown client, or its secret is wrong.")
    return app


async def exchange(square: Square, app: OauthApp, code: str, redirect: str, verifier: str, *, proven: bool) -> Granted:
    """The token for a code, once; a code that comes again takes the token back. Raises NotAllowed.

    A program that has not `proven` itself by its secret does so by the verifier of PKCE.
    """
    now = square.clock.now()
    number = number_of_code(hash_of(code))
    token = token_urlsafe(32)

    async def spend(tx: Tx) -> OauthCode | None:
        given = await code_of(tx, code)
        if given is None:
            await end_token(tx, number)
            return None
        sound = given.app == app.id and given.redirect == redirect and now < given.expires_at
        if not await use_code(tx, code) or not sound or not _verifies(given.challenge, verifier, proven=proven):
            return None
        await add_token(tx, token, OauthToken(number, app.id, given.account, given.scopes, now, now))
        return given

    given = await square.database.write(spend)
    if given is None:
        raise NotAllowed("invalid_grant", "The code is unknown, was used, has ended, or was given to another address.")
    return Granted(token, given.scopes, now)


def _verifies(challenge: str, verifier: str, *, proven: bool) -> bool:
    if not challenge:
        return proven and not verifier
    digest = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    return compare_digest(challenge, digest)


async def give_token(square: Square, app: OauthApp, account: int | None, scopes: str) -> Granted:
    """A token without a code: for a program itself, or for somebody who gave it their password."""
    token, now = token_urlsafe(32), square.clock.now()
    given = OauthToken(randbits(63), app.id, account, scopes, now, now)
    await square.database.write(lambda tx: add_token(tx, token, given))
    return Granted(token, scopes, now)
