"""A real square, served over HTTP by uvicorn in a thread of its own."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
import uvicorn
from litestar import Litestar

from app.cli.serve import EndingStreams
from app.clock import SetClock
from app.config import Config
from app.founding import charter_file, found
from app.main import Routes
from app.resources import policy_text
from app.running import open_square
from app.square import Square
from app.store.engines import connect, migrate
from app.streams import Streams
from governance.charter import read_charter

T = TypeVar("T")
ON_SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
START = 1_790_000_000_000

_FREE: list[Routes] = []
"""Applications whose square is closed: making one takes longer than most tests."""


class _Server(EndingStreams):
    """Uvicorn as `isegoria serve` has it, which tells when it answers, and ends as soon as it is told to."""

    def __init__(self, streams: Streams, settings: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(streams, settings)
        self._ready = ready
        self._over = asyncio.Event()

    async def main_loop(self) -> None:
        """Uvicorn's own looks ten times a second whether it is over."""
        ticking = asyncio.create_task(super().main_loop())
        await self._over.wait()
        ticking.cancel()

    def end(self) -> None:
        """Serve no longer; from within the loop."""
        self.should_exit = True
        self._over.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()


class Site:
    """A square that is served: its address, its clock, and a way to do something inside.

    `charter` makes the charter that it is founded under from the text of POLICY.md.
    """

    def __init__(self, config: Config, *, at: int = START, charter: Callable[[str], str] = str) -> None:
        # Named as TCP, for asyncio switches Nagle's waiting off on such sockets only: 44 ms a request otherwise.
        self.listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(512)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.config = config
        self.clock = SetClock(at)
        self._charter = charter
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._is_looked_into = False
        self._thread = threading.Thread(target=self._serve, name="site")
        self._thread.start()
        self._ready.wait(30)
        if self._failure is not None:
            raise self._failure

    @property
    def square(self) -> Square:
        """The square that is served; what it does, `run` has to do."""
        return self._square

    @property
    def app(self) -> Litestar:
        """The application that serves it, and no other square after it: who asks may change it."""
        self._is_looked_into = True
        return self._app

    def run(self, work: Callable[[Square], Awaitable[T]]) -> T:
        """Do something with the square in the server's own loop, and return what came of it."""

        async def done() -> T:
            return await work(self._square)

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result(30)

    def close(self) -> None:
        """Stop serving and close the database."""
        if not self._thread.is_alive():
            return
        self._loop.call_soon_threadsafe(self._server.end)
        self._thread.join(30)
        assert not self._thread.is_alive()
        self.listener.close()

    def _serve(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as error:  # noqa: BLE001 (the thread that asked has to see it)
            self._failure = error
            self._ready.set()

    async def _main(self) -> None:
        await found_once(self.config, self.clock, self._charter(policy_text()))
        async with open_square(self.config, self.clock) as self._square:
            routes = _FREE.pop() if _FREE else Routes()
            self._app = routes.serve(self._square)
            self._loop = asyncio.get_running_loop()
            settings = uvicorn.Config(self._app, log_level="warning", proxy_headers=False, lifespan="on")
            self._server = _Server(self._square.streams, settings, self._ready)
            await self._server.serve(sockets=[self.listener])
            if not self._is_looked_into:
                _FREE.append(routes)


async def found_once(config: Config, clock: SetClock, charter: str) -> None:
    """Found the square of a configuration under a charter, if it is not founded yet."""
    if charter_file(config.home).exists():
        return
    await migrate(config)
    database = await connect(config)
    try:
        await found(config, database, clock, read_charter(charter), "The Square", "square.example/test")
    finally:
        await database.close()
