"""Streams across the processes of one square, through Redis, and without it."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from app.clock import SystemClock
from app.store.engines import connect
from tests.api.client import given
from tests.served.conftest import _postgresql_founded, postgresql_served
from tests.served.processes import Process, Served
from tests.servers import RedisServer, redis_server
from tests.speech.world import say
from tests.streams.listening import Events
from tests.web.client import Program
from tests.web.conftest import PASSWORD

__all__ = ["_postgresql_founded", "postgresql_served"]
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """A Redis of the test's own."""
    with redis_server() as server:
        yield server


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Who listens hangs up at the end."""
    with ExitStack() as entered:
        yield entered


def test_what_one_process_writes_another_streams(
    postgresql_served: Served, redis: RedisServer, stack: ExitStack
) -> None:
    """Two processes on PostgreSQL and Redis tell what comes through either; without Redis the square goes on.

    While it is away each process tells what comes through itself. When it is back streams end, so that clients come
    again and fetch what they have missed, and then they hear of everything.
    """
    postgresql_served.own["ISEGORIA_REDIS"] = postgresql_served.env["ISEGORIA_REDIS"] = redis.url
    here, there = postgresql_served.launch(), postgresql_served.launch()
    for process in (here, there):
        process.wait_ready()
    ann, ben = _joined(stack, here, "ann"), _joined(stack, there, "ben")
    token = asyncio.run(_token(postgresql_served))
    listening = [_listen(stack, process, token) for process in (here, there)]
    say(ann, "first")
    say(ben, "second")
    for events in listening:
        assert {"first", "second"} == {events.next().words, events.next().words}

    redis.kill()
    say(ann, "alone")
    assert "alone" == listening[0].next().words
    assert 200 == httpx.get(f"{there.url}/health/ready").status_code
    assert 200 == httpx.get(f"{there.url}/local").status_code

    redis.start()
    assert all(events.ends() for events in listening)
    again = [_listen(stack, process, token) for process in (here, there)]
    say(ben, "together")
    assert ["together", "together"] == [events.next().words for events in again]
    assert [0, 0] == [process.stop() for process in (here, there)]
    assert all(events.ends() for events in again)


async def _token(served: Served) -> str:
    database = await connect(served.config)
    try:
        return (await given(database, "mia", "read", SystemClock().now()))[1]
    finally:
        await database.close()


def _listen(stack: ExitStack, process: Process, token: str) -> Events:
    events = Events(process.url, token, "/api/v1/streaming/public/local")
    stack.callback(events.close)
    return events


def _joined(stack: ExitStack, process: Process, handle: str) -> Program:
    """Somebody who has signed up at this process."""
    program = Program(process.url)
    stack.callback(program.close)
    answer = program.post("/join", {"handle": handle, "password": PASSWORD, "age": True})
    assert answer.status_code == 201, answer.text
    return program
