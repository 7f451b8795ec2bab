"""Streams as server-sent events: what happens, as it happens."""

import asyncio
from typing import Final

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from app.api.callers import Access, Caller, anybody, person
from app.api.paging import root_of
from app.api.routes import EVERYTHING, get
from app.api.subscriptions import HEARTBEAT, name_of, open_client, serve
from app.square import Square
from app.streams import Client, Message, Streams
from app.web.requests import PageRequest

PLACE: Final = "/api/v1/streaming"
_HEADERS: Final = (
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"private, no-store"),
    (b"x-accel-buffering", b"no"),
)
_PERSON: Final[Access] = person("read:statuses", "read:notifications")


class EventStream(ASGIResponse):
    """An answer that goes on while the client listens and its streams last."""

    def __init__(self, streams: Streams, client: Client) -> None:
        super().__init__()
        self._streams = streams
        self._client = client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS]})
            if await serve(self._client, _send_all(self._client, send), _until_gone(receive)):
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._streams.close(self._client)


class Streaming(Response[None]):
    """Begins an EventStream."""

    def __init__(self, streams: Streams, client: Client) -> None:
        super().__init__(None)
        self._stream = EventStream(streams, client)

    def to_asgi_response(self, app: object, request: object, **_: object) -> ASGIResponse:
        return self._stream


def event_of(message: Message) -> bytes:
    """A message as a server-sent event."""
    payload = message.payload if isinstance(message.payload, str) else ""
    return f"event: {message.event}\ndata: {payload}\n\n".encode()


async def _send_all(client: Client, send: Send) -> None:
    await send({"type": "http.response.body", "body": b":)\n\n", "more_body": True})
    while not client.over.is_set():
        try:
            said = event_of(await asyncio.wait_for(client.next(), HEARTBEAT))
        except TimeoutError:
            said = b":thump\n\n"
        await send({"type": "http.response.body", "body": said, "more_body": True})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def stream(
    request: PageRequest,
    square: Square,
    caller: Caller,
    *,
    stream: str = "",
    tag: str | None = None,
    list: str | None = None,
    only_media: bool = False,
) -> Streaming:
    """Tell of what happens on a stream, named by the address or by the query."""
    kind = request.url.path.rstrip("/").removeprefix(PLACE).strip("/").replace("/", ":") or stream
    if only_media and kind.startswith("public") and not kind.endswith(":media"):
        kind += ":media"
    name = await name_of(square, caller, kind, tag, list)
    client = open_client(square.streams, caller, root_of(request))
    client.names.add(name)
    return Streaming(square.streams, client)


@get(f"{PLACE}/health", anybody())
async def show_health() -> Response[str]:
    """Whether streams are served."""
    return Response("OK", media_type="text/plain")


# An answer without an end is nothing that the OpenAPI document could tell.
_stream = HTTPRouteHandler(
    [
        PLACE,
        *(f"{PLACE}/{kind}" for kind in ("user", "public", "hashtag", "list", "direct")),
        *(f"{PLACE}/{kind}" for kind in ("user/notification", "public/local", "public/remote", "hashtag/local")),
    ],
    http_method="GET",
    status_code=200,
    opt={"access": _PERSON, "limit": EVERYTHING, "token_in_query": True},
    include_in_schema=False,
)(stream)

routes = [show_health, _stream]
