"""Starting and ending: what cannot be done is told and nothing is half done; what was begun is brought to its end."""

import asyncio
import shutil
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Self

import httpx
import msgspec
import pytest
from msgspec import Struct

from app.resources import policy_text
from tests.served.charter import short_charter
from tests.served.people import Person, Posted, people, read
from tests.served.processes import PATIENCE, Served, free_port, words_of

Make = Callable[[str], Served]
pytestmark = pytest.mark.timeout(300)


class _Ledger(Struct, frozen=True):
    size: int
    signed: int


def test_serving_without_a_square(unfounded: Make) -> None:
    """Who serves what was never founded is told how to found it: exit code 2."""
    done = unfounded("nothing").run("serve", "--port", str(free_port()))
    assert 2 == done.code
    assert "there is no square in" in words_of(done.err)
    assert "run `isegoria found`" in words_of(done.err)


def test_a_port_that_is_taken(sqlite_served: Served) -> None:
    """Who serves at a port that another program has is told so: exit code 2, and not the 3 of two views."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = sqlite_served.run("serve", "--port", str(port))
    assert 2 == done.code
    assert f"cannot listen on 127.0.0.1:{port}: is another program using it?" in words_of(done.err)


def test_two_foundings_at_once(unfounded: Make, tmp_path: Path) -> None:
    """Of two who found in one home one succeeds, the other is told; the square has its key and can be served."""
    served = unfounded("home")
    charter = tmp_path / "charter.md"
    charter.write_text(short_charter(policy_text()))
    founders = [served.begin("found", "--charter", str(charter)) for _ in range(2)]
    said = [founder.communicate(timeout=PATIENCE) for founder in founders]
    codes = [founder.returncode for founder in founders]
    assert [0, 2] == sorted(codes), said
    assert "there is a square in the database of" in words_of(said[codes.index(2)][1])
    assert served.key in said[codes.index(0)][0]
    served.audit(served.start())


def test_a_founding_that_was_cut_short(unfounded: Make) -> None:
    """A key without a square is kept, and the founder told what to do; then a square can be founded."""
    served = unfounded("home")
    served.config.home.mkdir(parents=True)
    key = served.config.home / "ledger.key"
    key.write_text("the key of a founding that was cut short")
    refused = served.run("found")
    assert 2 == refused.code
    assert "If a founding was cut short here, remove that file" in words_of(refused.err)
    assert "the key of a founding that was cut short" == key.read_text()
    key.unlink()
    served.must("found")


def test_an_older_copy_of_the_database(sqlite_served: Served, tmp_path: Path) -> None:
    """A database older than what was signed is not signed: exit code 3, and what to do; the newer one is."""
    served = sqlite_served
    file = served.config.home / "isegoria.db"
    older, newer = tmp_path / "older.db", tmp_path / "newer.db"
    copy_database(file, older)
    process = served.start()
    asyncio.run(_admit_somebody(process.url))
    assert 0 == process.stop()
    copy_database(file, newer)
    put_back(older, file)
    done = served.run("serve", "--port", str(free_port()))
    assert 3 == done.code
    assert "Refusing to sign" in done.err
    assert "it looks like an older copy. Put the newer database back" in words_of(done.err)
    put_back(newer, file)
    served.audit(served.start())


async def _admit_somebody(url: str) -> None:
    """Let the ledger grow, and wait until that is signed."""
    async with people([url], "ann") as (ann,):
        await ann.admitted()
        async with asyncio.timeout(PATIENCE):
            while (ledger := read(await ann.get("/ledger"), _Ledger)).signed < ledger.size:  # noqa: ASYNC110
                await asyncio.sleep(0.1)


async def test_a_graceful_stop(served: Served) -> None:
    """SIGTERM under load: a request that has begun is answered, what was answered is there, the exit code is 0."""
    process = served.start()
    async with people([process.url], "ann", "bo") as both:
        begun = await Begun.post(process.port, both[0], {"text": "the last one"})
        load = [asyncio.create_task(both[1].does("/posts", {"text": f"number {turn}"}, Posted)) for turn in range(40)]
        await asyncio.wait(load, return_when=asyncio.FIRST_COMPLETED)
        ending = asyncio.create_task(asyncio.to_thread(process.stop))
        outcomes = await asyncio.gather(*load, return_exceptions=True)
        posts = [one for one in outcomes if isinstance(one, Posted)]
        assert not [one for one in outcomes if not isinstance(one, Posted | httpx.TransportError)]
        assert process.runs
        posts.append(await begun.finish())
        assert 0 == await ending
        await asyncio.to_thread(served.start, process.port)
        assert posts == [read(await both[0].get(f"/posts/{post.id}"), Posted) for post in posts]


class Begun:
    """A request whose head the server has read and whose body it waits for."""

    def __init__(self, body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._body = body
        self._reader = reader
        self._writer = writer

    @classmethod
    async def post(cls, port: int, author: Person, value: object) -> Self:
        """Begin to post something."""
        body = msgspec.json.encode(value)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        headers = author.headers() | {"Host": f"127.0.0.1:{port}", "Expect": "100-continue"}
        headers |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        lines = ["POST /posts HTTP/1.1", *(f"{name}: {text}" for name, text in headers.items()), "", ""]
        writer.write("\r\n".join(lines).encode())
        assert b"HTTP/1.1 100 Continue\r\n\r\n" == await reader.readuntil(b"\r\n\r\n")
        return cls(body, reader, writer)

    async def finish(self) -> Posted:
        """Send the body, and read the answer to its end."""
        self._writer.write(self._body)
        head, _, body = (await self._reader.read()).partition(b"\r\n\r\n")
        self._writer.close()
        assert head.startswith(b"HTTP/1.1 201 "), head
        return msgspec.json.decode(body, type=Posted)


def copy_database(file: Path, to: Path) -> None:
    """A copy as `isegoria` would find it after a restore: one file and no journal."""
    with sqlite3.connect(file) as source, sqlite3.connect(to) as target:
        source.backup(target)


def put_back(copy: Path, file: Path) -> None:
    """Put a copy in the place of a database."""
    for part in file.parent.glob("isegoria.db*"):
        part.unlink()
    shutil.copyfile(copy, file)
