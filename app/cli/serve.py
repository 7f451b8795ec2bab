"""`isegoria serve`: run a square."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager

import msgspec
import rich_click as click
import uvicorn
import uvloop

from app.cli import Unable
from app.clock import SystemClock
from app.collector import let_collector_rest
from app.config import Config, read_config
from app.homes import NotFounded, look_around
from app.keyring import BadKey
from app.logs import configure_logs
from app.main import create_app
from app.running import open_square, working
from app.signer import FuseBlown
from app.store.engines import Unavailable, migrate
from app.streams import Streams

BACKLOG = 2_048
"""Connections that may wait to be taken: readers of a ledger come with fifty at once."""

LARGEST_MESSAGE = 16_384
"""Bytes of what a client says by WebSocket: it asks for streams, and for nothing else."""

TWO_VIEWS = 3
"""Exit code where the ledger contradicts what was signed."""


@click.command(name="serve")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
def command(port: int, host: str) -> None:
    """Run the square of ISEGORIA_HOME."""
    config = read_config(os.environ)
    if config.public_url is None:
        shown = f"[{host}]" if ":" in host else host
        config = msgspec.structs.replace(config, public_url=f"http://{shown}:{port}")
    configure_logs(config.log_level)
    try:
        uvloop.run(serve(config, host, port))
    except (BadKey, NotFounded, Unavailable) as error:
        raise Unable(str(error)) from error
    except FuseBlown as error:
        click.echo(f"Refusing to sign: {error}", err=True)
        sys.exit(TWO_VIEWS)


async def serve(config: Config, host: str, port: int) -> None:
    """Serve until a signal comes; then requests that have begun are answered first."""
    async with AsyncExitStack() as stack:
        await look_around(config)  # before the migration makes tables where there are none
        await migrate(config)
        square = await stack.enter_async_context(open_square(config, SystemClock()))
        if square.charter.demonstration and host not in ("127.0.0.1", "localhost", "::1"):
            raise Unable("a demonstration listens on 127.0.0.1 only: its members' passwords lie in a file")
        await stack.enter_async_context(working(square))
        server = Server(
            square.streams,
            uvicorn.Config(
                create_app(square),
                host=host,
                port=port,
                backlog=BACKLOG,
                timeout_keep_alive=65,
                timeout_graceful_shutdown=20,
                log_config=None,
                access_log=False,
                server_header=False,
                # Whose address a request has is for app.web to say, from the trusted proxies alone.
                proxy_headers=False,
                ws_max_size=LARGEST_MESSAGE,
            ),
        )
        let_collector_rest()
        try:
            await server.serve()
        except SystemExit as error:
            # Uvicorn has logged why; its own exit code would be ours for two views of one ledger.
            raise Unable(f"cannot listen on {host}:{port}: is another program using it?") from error


class EndingStreams(uvicorn.Server):
    """Uvicorn, which waits for what has begun: streams have no end of their own, and end before that."""

    def __init__(self, streams: Streams, settings: uvicorn.Config) -> None:
        super().__init__(settings)
        self._streams = streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._streams.end()
        await super().shutdown(sockets)


class Server(EndingStreams):
    """Uvicorn, which ends the process by the signal that stopped it; here the square is closed in order after it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)
