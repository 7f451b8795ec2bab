"""A disk that is full: the square reads on and says what is wrong, and goes on by itself as soon as there is room."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import msgspec
import pytest
from msgspec import Struct

from app.config import Config
from app.signer import checkpoint_file
from ledger.checkpoint import open_checkpoint
from ledger.note import VerifierKey
from tests.served.laws import HARASSMENT, rules_for
from tests.served.people import Person, Posted, Reported, people, read
from tests.served.processes import Process, Served
from tests.served.remembering import verified_leaves
from tests.servers import PostgresServer, skip

SIZE = 24
"""Megabytes of the small disk."""

LONG = "The disk of the square is small. " * 60
FULL = "The disk of this square is full"
BEFORE = 80
"""Posts that are there before the disk is full: there is always room for a few more rows in pages that are there."""

READ = ("/local", "/ledger", "/ledger/checkpoint", "/rules", "/modlog", "/@ann", "/health/live")
pytestmark = pytest.mark.timeout(300)


class _Problem(Struct, frozen=True):
    type: str
    title: str
    detail: str


class _Ledger(Struct, frozen=True):
    size: int
    signed: int


class _Profile(Struct, frozen=True):
    items: tuple[Posted, ...]


@pytest.fixture
def disk(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A file system of a few megabytes where the database's server may write; skips where none may be mounted."""
    within = tmp_path if kind == "sqlite" else request.getfixturevalue("postgres").folder
    folder = within / "disk"
    folder.mkdir()
    with mounted(folder):
        yield folder
    folder.rmdir()


@contextmanager
def mounted(folder: Path) -> Iterator[None]:
    """A small file system at this folder for a while."""
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    options = f"size={SIZE}m,mode=777"
    done = subprocess.run(
        [*as_root, "mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode != 0:
        skip(f"a small disk cannot be mounted: {done.stderr.decode().strip()}")
    try:
        yield
    finally:
        subprocess.run([*as_root, "umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def small_served(kind: str, disk: Path, home: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    """A founded square whose database lies on the small disk; with SQLite its whole home does."""
    if kind == "sqlite":
        small = disk / "home"
        shutil.copytree(request.getfixturevalue("_sqlite_founded"), small)
        with Served(Config(home=small, database=f"sqlite:///{small / 'isegoria.db'}")) as served:
            yield served
        return
    postgres = request.getfixturevalue("postgres")
    assert isinstance(postgres, PostgresServer)
    folder, template = request.getfixturevalue("_postgresql_founded")
    shutil.copytree(folder, home, dirs_exist_ok=True)
    with postgres.tablespace(disk) as space:
        name = postgres.create(template=template, tablespace=space)
        with Served(Config(home=home, database=postgres.url(name))) as served:
            yield served
        postgres.drop(name)


async def test_a_full_disk(small_served: Served, disk: Path) -> None:
    """Writes are refused and told why, pages read on, nothing is half written; with room again all goes on."""
    served = small_served
    process = served.start()
    async with people([process.url], "ann", "bo") as (ann, bo):
        await asyncio.gather(ann.admitted(), bo.admitted())
        kept = [await ann.does("/posts", {"text": f"Before: {number}"}, Posted) for number in range(BEFORE)]
        rule = (await rules_for(bo, kept[0].id))[HARASSMENT].rule
        reports = [await bo.report(kept[0].id, rule)]
        key = served.key
        fill(disk / "ballast")
        kept += await post_until_full(ann)
        reports += await report_until_full(bo, kept, rule)
        await assert_all_is_read(process, served, key, bo, kept)
        assert process.runs
        (disk / "ballast").unlink()
        kept.append(await goes_on(ann))
        reports.append(await bo.report(kept[-1].id, rule))
        await signed_all(bo)
        assert process.runs
        page = read(await ann.get("/@ann"), _Profile)
        known = {post.id for post in kept}
        assert {post.id for post in page.items} <= known
        leaves = await asyncio.to_thread(verified_leaves, process.url, served.key, set[bytes]())
        filed = [index for index, leaf in enumerate(leaves) if b'"type":"report"' in leaf]
        assert [report.entry for report in reports] == filed
    served.audit(process)
    served.must("fsck")
    assert 0 == process.stop()


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_new_process_on_a_full_disk(small_served: Served, disk: Path) -> None:
    """PostgreSQL may have no room for the file that a connection begins with: then that is said, in one line."""
    small_served.must("key", "show")
    fill(disk / "ballast")
    begun_with = [*disk.rglob("pg_internal.init")]
    assert begun_with
    for file in begun_with:
        file.unlink()
    fill(disk / "more")
    done = small_served.run("key", "show")
    assert done.code != 0
    assert "no connection to the database: could not write init file" in done.err
    assert "Traceback" not in done.err
    (disk / "ballast").unlink()
    small_served.must("key", "show")


def fill(ballast: Path) -> None:
    """Write until nothing more can be written, to the last byte."""
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


async def post_until_full(author: Person) -> list[Posted]:
    """Say things until the square says that its disk is full; returns what was said."""
    said: list[Posted] = []
    for number in range(5_000):
        answer = await author.post("/posts", {"text": f"Number {number}. {LONG}"})
        if answer.status_code == 503:
            assert_says_so(answer)
            page = await author.http.post(
                str(answer.request.url), data={"text": LONG}, headers=author.headers() | {"Accept": "text/html"}
            )
            if page.status_code == 303:  # what was swept meanwhile made room for one more
                said.append(read(await author.get(page.headers["location"]), Posted))
                continue
            assert (503, True) == (page.status_code, FULL in page.text)
            return said
        said.append(read(answer, Posted))
    raise AssertionError("the disk takes too much")


async def report_until_full(reporter: Person, posts: list[Posted], rule: int) -> list[Reported]:
    """Report one post after another until that is refused: government has no other room than speech."""
    filed: list[Reported] = []
    for post in posts[1:]:
        answer = await reporter.post(f"/posts/{post.id}/report", {"rule": rule, "reason": LONG})
        if answer.status_code == 503:
            assert_says_so(answer)
            return filed
        filed.append(read(answer, Reported))
    raise AssertionError("the disk takes too much")


def assert_says_so(answer: httpx.Response) -> None:
    """The answer says what is wrong, that nothing was written, and when to come again."""
    problem = msgspec.json.decode(answer.content, type=_Problem)
    assert (503, "urn:isegoria:problem:no-space", FULL) == (answer.status_code, problem.type, problem.title)
    assert "Nothing was recorded" in problem.detail
    assert answer.headers["Retry-After"].isdigit()


async def assert_all_is_read(process: Process, served: Served, key: str, reader: Person, posts: list[Posted]) -> None:
    """Whatever was acknowledged is read, by members and by strangers, and the kept checkpoint is whole."""
    async with httpx.AsyncClient(verify=False, timeout=60) as stranger:
        for path in READ:
            assert 200 == (await reader.get(path)).status_code, path
            assert 200 == (await stranger.get(process.url + path)).status_code, path
    for post in posts[-5:]:
        assert post.text == read(await reader.get(f"/posts/{post.id}"), Posted).text
    kept = checkpoint_file(served.config.home).read_bytes()
    assert open_checkpoint(kept, [VerifierKey.parse(key)]).size > 0


async def goes_on(author: Person) -> Posted:
    """Say something as soon as it is possible again."""
    return read(await author.insist("/posts", {"text": "There is room again."}, ""), Posted)


async def signed_all(reader: Person) -> None:
    """Wait until a checkpoint has every entry."""
    async with asyncio.timeout(30):
        while (ledger := read(await reader.get("/ledger"), _Ledger)).signed < ledger.size:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
