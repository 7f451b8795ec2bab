"""Which addresses are the API's: there, and at pictures, any page of any origin may read every answer, refusals too."""

from typing import Final

from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.web.headers import add_missing, raw

_PREFIXES: Final = ("/api/", "/.well-known/", "/nodeinfo/")
_FILES: Final = "/media/"
_OAUTH: Final = frozenset({"/oauth/token", "/oauth/revoke", "/oauth/userinfo"})
_PLACES: Final = frozenset({"/api", "/nodeinfo", "/health"}) | _OAUTH
_OPEN: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After",
}
# A wildcard does not stand for Authorization.
_PREFLIGHT: Final = {
    **_OPEN,
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, *",
    "Access-Control-Max-Age": "86400",
}


_ADDED: Final = raw({**_OPEN, "Cache-Control": "private, no-store", "Vary": "Authorization"})


def is_api(path: str) -> bool:
    """Whether an address is the API's, with or without a slash at its end."""
    return path.startswith(_PREFIXES) or path.rstrip("/") in _PLACES


def is_oauth(path: str) -> bool:
    """Whether an address answers as OAuth 2 has it: errors by name."""
    return path.rstrip("/") in _OAUTH


class OpenToAll:
    """The routes of a square, those of the API open to scripts of every origin: they bear a token, never a cookie.

    A browser shows no script what it was sent for its cookies where the answer is open to all, so pictures are as safe.
    """

    def __init__(self, routes: ASGIApp) -> None:
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not (is_api(scope["path"]) or scope["path"].startswith(_FILES)):
            await self._routes(_read(scope), receive, send)
        elif scope["method"] == "OPTIONS":
            headers = [(name.lower().encode(), value.encode()) for name, value in _PREFLIGHT.items()]
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            await self._routes(_read(scope), receive, _opened(send))


def _read(scope: Scope) -> Scope:
    """What asks for the head of an answer is answered as what asks for it all; the server keeps the body back."""
    if scope["type"] != ScopeType.HTTP or scope["method"] != HttpMethod.HEAD:
        return scope
    read = scope.copy()
    read["method"] = HttpMethod.GET
    return read


def _opened(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            add_missing(message, _ADDED)
        await send(message)

    return sent
