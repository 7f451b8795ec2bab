"""People who write and listen on a square that is served."""

from collections.abc import Awaitable, Callable
from contextlib import ExitStack

from app.events import Edited
from app.relations import follow
from app.square import Square
from app.store.engines import Tx
from app.store.visibility import Visibility
from app.writing import Words, take_back, write_post
from tests.api.client import Client
from tests.streams.listening import Events, Socket
from tests.web.serving import Site

ROUTE = "/api/v1/streaming"


class Town:
    """A square that is served, and what people do there."""

    def __init__(self, site: Site, stack: ExitStack) -> None:
        self.site = site
        self._stack = stack

    def says(self, who: Client, text: str, visibility: Visibility = "public", reply_to: int | None = None) -> int:
        """Post something and return its id."""
        words = Words(text, "en", visibility=visibility, reply_to=reply_to)
        post = self.site.run(lambda square: write_post(square, who.account, None, words))
        assert post is not None
        return post

    def takes_back(self, who: Client, post: int) -> None:
        """Delete a post."""
        assert self.site.run(lambda square: take_back(square, who.account, post))

    def edited(self, post: int) -> None:
        """Have it announced that a post says something else."""

        async def announce(tx: Tx, _: int) -> None:
            tx.announce(Edited(post))

        self.does(announce)

    def follows(self, who: Client, target: Client) -> None:
        """Begin to follow."""
        self.does(lambda tx, now: follow(tx, who.account, target.account, now))

    def does(self, what: Callable[[Tx, int], Awaitable[object]]) -> None:
        """Do something in a transaction, at the time that it is."""

        async def work(square: Square) -> None:
            await square.database.write(lambda tx: what(tx, square.clock.now()))

        self.site.run(work)

    def run_sql(self, sql: str, *values: int | str | bool | None) -> None:
        """Change a row."""
        self.does(lambda tx, _: tx.run(sql, *values))

    def listens(self, who: Client, path: str) -> Events:
        """Listen to server-sent events."""
        events = Events(self.site.url, token_of(who), f"{ROUTE}/{path}")
        self._stack.callback(events.close)
        return events

    def connects(self, who: Client, query: str = "", **how: object) -> Socket:
        """Listen by WebSocket."""
        socket = Socket(self.site.url, query or f"?access_token={token_of(who)}", **how)
        self._stack.callback(socket.close)
        return socket


def token_of(client: Client) -> str:
    """The token that a client bears."""
    return str(client.http.headers.get("Authorization", "")).removeprefix("Bearer ")
