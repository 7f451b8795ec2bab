"""What clients may ask to be told of, and how long they are told."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Final

from app.addressing import tag_of
from app.api.callers import Caller, Denied
from app.api.paging import number_in
from app.scopes import covers
from app.square import Square
from app.store.audiences import owns_list
from app.streams import Client, Name, Streams, TooManyStreams

HEARTBEAT: Final = 15.0
"""Seconds after which a client on whose streams nothing happens is told that they are alive."""

LAST_WORDS: Final = 1.0
"""Seconds that a client has to take what is being sent when its streams end."""

NAMES: Final = frozenset(
    {
        "user",
        "user:notification",
        "public",
        "public:media",
        "public:local",
        "public:local:media",
        "public:remote",
        "public:remote:media",
        "hashtag",
        "hashtag:local",
        "list",
        "direct",
    }
)


async def name_of(square: Square, caller: Caller, kind: str, tag: str | None, list_id: str | None) -> Name:
    """The name of a stream that somebody asks for. Raises Denied for what there is not, or not for them."""
    if kind not in NAMES:
        raise Denied(400, "Unknown stream type")
    wanted = "read:notifications" if kind == "user:notification" else "read:statuses"
    if not covers(caller.scopes, wanted):
        raise Denied(403, "This action is outside the authorized scopes", "insufficient_scope")
    if kind in ("hashtag", "hashtag:local"):
        name = tag_of(tag or "")
        if not name:
            raise Denied(400, "Missing tag name parameter")
        return (kind, name)
    if kind == "list":
        return (kind, str(await _own_list(square, caller, list_id)))
    return (kind,)


async def _own_list(square: Square, caller: Caller, list_id: str | None) -> int:
    number, reader = number_in(list_id or ""), caller.reader
    assert reader is not None, "streams are for persons"
    if number is not None and await square.database.read(lambda tx: owns_list(tx, reader, number)):
        return number
    raise Denied(404, "Not authorized to stream this list")


def open_client(streams: Streams, caller: Caller, root: str) -> Client:
    """A client that is told what it asks for, until it is closed. Raises Denied."""
    assert caller.reader is not None, "streams are for persons"
    hears = covers(caller.scopes, "read:notifications")
    client = Client(caller.reader, caller.token, caller.country, root, notifications=hears)
    try:
        streams.open(client)
    except TooManyStreams as error:
        raise Denied(429, "Too many streams are open for this account") from error
    return client


async def serve(client: Client, sending: Coroutine[None, None, None], listening: Coroutine[None, None, None]) -> bool:
    """Send until the client goes, which ends `listening`, or its streams end; whether the client is still there.

    One that does not take what is sent is not waited for.
    """
    tasks = [asyncio.ensure_future(one) for one in (sending, listening, client.over.wait())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if client.over.is_set() and not tasks[1].done():
            await asyncio.wait(tasks[:1], timeout=LAST_WORDS)
        return not tasks[1].done()
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError, OSError):
                await task
