"""What stands before the routes that serve a log as files, for clients that nobody here wrote.

A file of a log has one address: no query, no percent-encoding, no second spelling; whatever else is asked for under a
log's prefix is 404 and not cached. Every answer may be read by any page of any origin, the refusals too. Files that
can never change are answered from memory, as a cache in front of the square would answer them.
"""

import re
from collections.abc import Mapping
from typing import Final

from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.shelf import Shelf
from app.web.negotiation import prefers_gzip

TEXT: Final = "text/plain"
BYTES: Final = "application/octet-stream"
FOR_A_WEEK: Final = "public, max-age=604800, immutable"
OPEN: Final = {"Access-Control-Allow-Origin": "*"}
FileName = tuple[str, bool]
"""A file's path, and whether it is kept as gzip."""

_NUMBER: Final = r"(?:0|[1-9][0-9]{0,18})"
_PART: Final = rf"/votes/{_NUMBER}/(?:box|openings|marks)"
_TILE: Final = r"tile(?:/[^/]+)+"
_PREFIX: Final = re.compile(r"/+ledger/+(?:key/*$|checkpoint|tile|proof)|/+votes/+[^/]*/+(?:box|openings|marks)(?:/|$)")
_FILE: Final = re.compile(
    rf"/ledger/(?:key|checkpoint(?:/{_NUMBER})?|{_TILE}|proof/{_NUMBER}\.tlog-proof)"
    rf"|{_PART}/{_TILE}|/votes/{_NUMBER}/box/proof/{_NUMBER}"
)
_METHODS: Final = "GET, HEAD, OPTIONS"
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": _METHODS,
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
    "Allow": _METHODS,
}


class LogFiles:
    """The routes of a square with its logs' files before them."""

    def __init__(self, routes: ASGIApp, files: Shelf[FileName]) -> None:
        self._routes = routes
        self._files = files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not _PREFIX.match(scope["path"]):
            await self._routes(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await _answer(send, 204, b"", _PREFLIGHT)
        elif scope["method"] not in ("GET", "HEAD"):
            await _refuse(send, 405, "a file of a log is only read", {"Allow": _METHODS})
        elif not _is_file(scope):
            await _refuse(send, 404, "a log has no such file; a path has no query and one spelling")
        elif scope["method"] == "HEAD":
            read = scope.copy()
            read["method"] = HttpMethod.GET
            await self._read(read, receive, _without_body(send))
        else:
            await self._read(scope, receive, send)

    async def _read(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        packed = "/tile/entries/" in path and prefers_gzip(_header(scope, b"accept-encoding"))
        kept = self._files.find((path, packed))
        if kept is None:
            await self._routes(scope, receive, _open(send))
        else:
            await _answer(send, 200, kept, {"Content-Type": BYTES, **file_headers(path, packed=packed)})


def file_headers(path: str, *, packed: bool) -> dict[str, str]:
    """The headers of a tile or a bundle, as it is or as gzip."""
    headers = {**OPEN, "Cache-Control": FOR_A_WEEK}
    if "/tile/entries/" in path:
        headers["Vary"] = "Accept-Encoding"
    if packed:
        headers["Content-Encoding"] = "gzip"
    return headers


def _is_file(scope: Scope) -> bool:
    spelled = scope.get("raw_path") or scope["path"].encode()
    path = scope["path"]
    return not scope["query_string"] and path.encode() == spelled and _FILE.fullmatch(path) is not None


def _header(scope: Scope, name: bytes) -> str:
    return ",".join([value.decode("latin-1") for key, value in scope["headers"] if key == name])


async def _refuse(send: Send, status: int, why: str, headers: Mapping[str, str] | None = None) -> None:
    told = {"Content-Type": f"{TEXT}; charset=utf-8", "Cache-Control": "no-store", **(headers or {})}
    await _answer(send, status, f"{why}\n".encode(), told)


async def _answer(send: Send, status: int, body: bytes, headers: Mapping[str, str]) -> None:
    told = {**OPEN, **headers} if status == 204 else {**OPEN, "Content-Length": str(len(body)), **headers}
    encoded = [(name.lower().encode(), value.encode()) for name, value in told.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _open(send: Send) -> Send:
    """Lets every origin read the answer, and nobody keep a refusal."""

    async def opened(message: Message) -> None:
        if message["type"] == "http.response.start":
            dropped = {b"access-control-allow-origin"} | ({b"cache-control"} if message["status"] >= 400 else set())
            headers = [(name, value) for name, value in message["headers"] if name.lower() not in dropped]
            headers.append((b"access-control-allow-origin", b"*"))
            if message["status"] >= 400:
                headers.append((b"cache-control", b"no-store"))
            message["headers"] = headers
        await send(message)

    return opened


def _without_body(send: Send) -> Send:
    async def headed(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return headed
