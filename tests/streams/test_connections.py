"""How streams begin and end: by whom, how many, and when."""

import asyncio
import socket
from collections.abc import Callable

import pytest
from websockets.exceptions import InvalidStatus

from app.events import FiltersChanged
from app.square import Square
from app.store.oauth import end_tokens_of
from app.streams import MOST_STREAMS, MOST_WAITING, Message
from app.streams import Client as Streamed
from tests.api.client import Client
from tests.streams.town import ROUTE, Town, token_of
from tests.web.serving import ON_SQLITE

Clients = Callable[..., Client]
pytestmark = ON_SQLITE


@pytest.mark.parametrize(
    ("path", "scopes", "status"),
    [
        ("user", "", 401),
        ("user", "write", 403),
        ("user", "read:notifications", 403),
        ("user/notification", "read:statuses", 403),
        ("hashtag", "read", 400),
        ("list?list=7", "read", 404),
        ("list?list=x", "read", 404),
        ("nothing", "read", 404),
        ("?stream=nothing", "read", 400),
        ("", "read", 400),
        ("user/notification", "read:notifications", 200),
        ("?stream=user", "read:statuses", 200),
    ],
)
def test_who_may_listen(town: Town, client: Clients, path: str, scopes: str, status: int) -> None:
    """Streams ask for a token and its scopes, as every call does, and tell what is amiss in the API's own shape."""
    listener = town.listens(client("ann" if scopes else "", scopes), path)
    assert status == listener.answer.status_code
    assert "*" == listener.answer.headers["access-control-allow-origin"]
    kind = "text/event-stream" if status == 200 else "application/json"
    assert listener.answer.headers["content-type"].startswith(kind)
    assert "nosniff" == listener.answer.headers["x-content-type-options"]


def test_a_token_in_the_query(town: Town, client: Clients) -> None:
    """A browser's EventSource can send no header."""
    ann = client("ann")
    assert 200 == town.listens(client(), f"user?access_token={token_of(ann)}").answer.status_code
    assert 401 == town.listens(client(), "user?access_token=nothing").answer.status_code


def test_where_a_socket_shows_its_token(town: Town, client: Clients) -> None:
    """In the query, in the protocol, or in a header, and never in a cookie; whatever origin it comes from."""
    ann, token = client("ann"), token_of(client("ann"))
    for socket_ in (
        town.connects(ann, f"?access_token={token}&stream=user", origin="https://app.example"),
        town.connects(ann, "?stream=user", subprotocols=[token]),
        town.connects(ann, "?stream=user", additional_headers={"Authorization": f"Bearer {token}"}),
        town.connects(ann, f"/?access_token={token}&stream=user"),
    ):
        town.says(ann, "one")
        assert ("update", ("user",)) == (socket_.next().event, ("user",))
    for query, status in (
        ("?stream=user", 401),
        ("?access_token=nothing", 401),
        (f"/user?access_token={token}", 404),
        (f"?access_token={token}&stream=nothing", 400),
    ):
        with pytest.raises(InvalidStatus) as caught:
            town.connects(ann, query, additional_headers={"Cookie": f"session={token}"})
        assert status == caught.value.response.status_code


def test_many_streams_on_one_socket(town: Town, client: Clients) -> None:
    """Streams begin and end by messages, each message names its stream, and what is no wish is passed over."""
    ann = client("ann")
    listener = town.connects(ann)
    listener.socket.send("nonsense")
    listener.socket.send(b"\xff")
    listener.socket.send('{"type": "subscribe"}')
    listener.ask("subscribe", "user")
    listener.ask("subscribe", "hashtag", tag="#Cats")
    listener.ask("subscribe", "list", list="7")
    assert {"error": "Not authorized to stream this list", "status": 404} == listener.fails()
    post = town.says(ann, "of #cats")
    assert {("user",), ("hashtag", "cats")} == {listener.next().stream for _ in range(2)}
    listener.ask("unsubscribe", "user")
    listener.ask("subscribe", "nothing")
    assert 400 == listener.fails()["status"]
    town.takes_back(ann, post)
    assert ("delete", str(post), ("hashtag", "cats")) == listener.next()


def test_a_revoked_token_ends_its_streams(town: Town, client: Clients) -> None:
    """Within seconds, by both ways; those of others go on."""
    ann, ben = client("ann"), client("ben")
    ended = [town.listens(ann, "user"), town.connects(ann)]
    going_on = town.listens(ben, "user")
    town.does(lambda tx, _: end_tokens_of(tx, ann.account))
    assert [True, True] == [listener.ends() for listener in ended]
    town.says(ben, "still here")
    assert "still here" == going_on.next().words


def test_streams_of_one_account_are_limited(town: Town, client: Clients) -> None:
    """One account has only so many; who hangs up makes room."""
    ann = client("ann")

    async def fill(square: Square) -> list[Streamed]:
        made = [Streamed(ann.account, 1, "", "", notifications=True) for _ in range(MOST_STREAMS)]
        for one in made:
            square.streams.open(one)
        return made

    made = town.site.run(fill)
    assert 429 == town.listens(ann, "user").answer.status_code

    async def close(square: Square) -> None:
        square.streams.close(made[0])

    town.site.run(close)
    assert 200 == town.listens(ann, "user").answer.status_code


def test_who_is_too_slow_is_dropped(town: Town, client: Clients) -> None:
    """A client for whom too much waits is let go, and the others hear on."""
    ann, ben = client("ann"), client("ben")
    slow, quick = town.listens(ann, "user"), town.listens(ben, "user")

    async def flood(square: Square) -> None:
        (one,) = [one for one in square.streams.clients if one.account == ann.account]
        for number in range(MOST_WAITING + 1):
            one.tell(Message(("user",), "delete", str(number)))

    town.site.run(flood)
    assert slow.ends()
    town.says(ben, "hello")
    assert "hello" == quick.next().words


def test_who_hangs_up_is_forgotten(town: Town, client: Clients) -> None:
    """A connection that breaks leaves nothing behind."""
    ann = client("ann")
    for listens in (lambda: town.listens(ann, "user"), lambda: town.connects(ann)):
        listener = listens()
        assert 1 == number_of_clients(town)
        assert "isegoria_stream_clients 1.0" in ann.get("/metrics").text
        listener.close()
        for _ in range(100):
            if number_of_clients(town) == 0:
                break
            town.site.run(lambda _: asyncio.sleep(0.05))
        assert 0 == number_of_clients(town)


def number_of_clients(town: Town) -> int:
    """How many clients the square serves now."""

    async def count(square: Square) -> int:
        return len(square.streams.clients)

    return town.site.run(count)


def test_filters_that_changed(town: Town, client: Clients) -> None:
    """The reader's own clients are told that filters changed, and nobody else's."""
    ann, ben = client("ann"), client("ben")
    hers, his = town.listens(ann, "user"), town.listens(ben, "user")

    async def change(square: Square) -> None:
        square.streams.publish([FiltersChanged(ann.account)])

    town.site.run(change)
    assert "filters_changed" == hers.next().event
    town.says(ben, "mine")
    assert "mine" == his.next().words


def test_streams_are_well(town: Town, client: Clients) -> None:
    """Clients ask before they listen."""
    answer = client().get(f"{ROUTE}/health")
    assert (200, "OK") == (answer.status_code, answer.text)


def test_streams_end_with_the_square(town: Town, client: Clients) -> None:
    """Who listens when the square stops is let go at once, whether they read or not."""
    ann = client("ann")
    listeners = [town.listens(ann, "user"), town.connects(ann)]
    host, port = town.site.url.removeprefix("http://").split(":")
    silent = socket.create_connection((host, int(port)))
    silent.sendall(f"GET {ROUTE}/user?access_token={token_of(ann)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert silent.recv(15).startswith(b"HTTP/1.1 200")
    town.site.close()
    assert [True, True] == [listener.ends() for listener in listeners]
    silent.close()
