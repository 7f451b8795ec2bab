"""Streams by WebSocket: many on one connection, begun and ended by messages.

Who connects shows a token, never a cookie, so that a page of another site can open none in a reader's name.
"""

import asyncio
from typing import Final, Literal
from urllib.parse import parse_qs

import msgspec
from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send
from msgspec import Struct

from app.api.callers import Caller, Denied, caller_with, token_in
from app.api.errors import ApiError
from app.api.streaming import PLACE
from app.api.subscriptions import name_of, open_client, serve
from app.square import Square
from app.store.engines import StoreError
from app.streams import Client, Name
from app.web.visits import country_in

MOST_NAMES: Final = 64
"""Streams on one connection."""

_PROTOCOL: Final = "sec-websocket-protocol"
_GOING_AWAY: Final = 1001


class Wish(Struct, frozen=True):
    """What a client asks for."""

    type: Literal["subscribe", "unsubscribe"]
    stream: str
    tag: str | None = None
    list: str | int | None = None


class _Failed(Struct, frozen=True):
    """A wish that is not met."""

    error: str
    status: int


class Sockets:
    """The routes of a square with its streams by WebSocket before them."""

    def __init__(self, routes: ASGIApp, square: Square) -> None:
        self._routes = routes
        self._square = square

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.WEBSOCKET:
            await self._routes(scope, receive, send)
            return
        await receive()  # websocket.connect
        try:
            await self._connect(scope, receive, send)
        except Denied as error:
            await _refuse(send, error.status_code, error.error)
        except StoreError:
            await _refuse(send, 503, "The database does not answer at this moment: try again")

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].rstrip("/") != PLACE:
            raise Denied(404, "Record not found")
        query = {name: values[-1] for name, values in parse_qs(scope["query_string"].decode("latin-1")).items()}
        headers = Headers.from_scope(scope)
        protocol = headers.get(_PROTOCOL, "").split(",")[0].strip()
        token = query.get("access_token") or protocol or token_in(headers.get("authorization", ""))
        peer = scope["client"][0] if scope["client"] else ""
        caller = await caller_with(self._square, token, country_in(headers, peer, self._square.config))
        if caller.reader is None:
            raise Denied(401, "The access token is invalid", "invalid_token")
        names = await self._first_names(caller, query)
        client = open_client(self._square.streams, caller, self._root(headers))
        try:
            client.names.update(names)
            await send({"type": "websocket.accept", "subprotocol": protocol or None, "headers": []})
            reading = self._read(client, caller, receive, send)
            if await serve(client, _send_all(client, send), reading):
                await asyncio.wait_for(send({"type": "websocket.close", "code": _GOING_AWAY, "reason": ""}), 1)
        except (OSError, TimeoutError):
            pass  # the client is gone
        finally:
            self._square.streams.close(client)

    def _root(self, headers: Headers) -> str:
        return self._square.config.public_url or f"http://{headers.get('host', '')}"

    async def _first_names(self, caller: Caller, query: dict[str, str]) -> set[Name]:
        if "stream" not in query:
            return set()
        return {await name_of(self._square, caller, query["stream"], query.get("tag"), query.get("list"))}

    async def _read(self, client: Client, caller: Caller, receive: Receive, send: Send) -> None:
        """Meet wishes until the client goes; what is no wish is passed over."""
        while (message := await receive())["type"] == "websocket.receive":
            try:
                wish = _wishes.decode(message.get("text") or message.get("bytes") or b"")
                name = await name_of(self._square, caller, wish.stream, wish.tag, str(wish.list or ""))
            except msgspec.MsgspecError:
                continue
            except Denied as error:
                await _send(send, _Failed(error.error, error.status_code))
                continue
            except StoreError:
                client.end()
                return
            if wish.type == "unsubscribe":
                client.names.discard(name)
            elif len(client.names) < MOST_NAMES:
                client.names.add(name)
            else:
                await _send(send, _Failed("Too many streams on this connection", 429))


async def _send_all(client: Client, send: Send) -> None:
    while not client.over.is_set():
        await _send(send, await client.next())


async def _send(send: Send, value: Struct) -> None:
    await send({"type": "websocket.send", "text": msgspec.json.encode(value).decode(), "bytes": None})


async def _refuse(send: Send, status: int, why: str) -> None:
    """Answer the handshake as any other call would be answered."""
    headers = [(b"content-type", b"application/json"), (b"access-control-allow-origin", b"*")]
    body = msgspec.json.encode(ApiError(why))
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body, "more_body": False})


_wishes: Final = msgspec.json.Decoder(Wish)
