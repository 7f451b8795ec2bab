"""How long a client is waited for."""

import asyncio

from app.api.subscriptions import serve
from app.streams import Client


async def test_who_takes_nothing_is_not_waited_for() -> None:
    """A client that does not take what is being sent is left a moment after its streams have ended."""
    one = Client(1, 1, "", "", notifications=True)

    async def never() -> None:
        await asyncio.Event().wait()

    one.end()
    assert await asyncio.wait_for(serve(one, never(), never()), 5)
