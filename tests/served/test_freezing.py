"""Frozen, a square is read and takes nothing, in every process and over every restart, until a person lets it go on."""

import sqlite3
import time
from collections.abc import Callable

import httpx
import msgspec
import pytest
from msgspec import Struct

from app.signer import checkpoint_file
from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.note import SignerKey
from tests.served.laws import HARASSMENT, rules_for
from tests.served.people import Person, Posted, Reported, people
from tests.served.processes import PATIENCE, Process, Served

pytestmark = pytest.mark.timeout(300)
URL = "https://new.example"


class _Ready(Struct, frozen=True):
    status: str
    entries: int
    signed: int
    signed_at: int
    frozen: str


class _Ledger(Struct, frozen=True):
    size: int
    frozen: str
    moved_to: str


class _Problem(Struct, frozen=True):
    detail: str


def read(process: Process, path: str) -> httpx.Response:
    """What a process answers."""
    return httpx.get(f"{process.url}{path}", headers={"Accept": "application/json"}, timeout=PATIENCE)


def ready(process: Process) -> _Ready:
    """How it is."""
    return msgspec.json.decode(read(process, "/health/ready").content, type=_Ready)


def eventually(holds: Callable[[], bool]) -> None:
    """It comes to be so."""
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "it never was so"
        time.sleep(0.05)


async def test_frozen_by_hand(served: Served) -> None:
    """The running square says so and why, refuses with 503, keeps it over a restart, and goes on when it is let."""
    process = served.start()
    assert "not frozen" in served.must("ledger", "show")
    async with people([process.url], "ann") as (ann,):
        await ann.admitted()
        post = await ann.does("/posts", {"text": "a word"}, Posted)
        report = {"rule": (await rules_for(ann, post.id))[HARASSMENT].rule, "reason": "It offends the rule."}
        served.must("ledger", "freeze", "--why", "The key may be in other hands.")
        assert "goes on at https://new" in served.must("ledger", "freeze", "--why", "We moved.", "--moved-to", URL)
        said = f"The key may be in other hands. We moved. The square goes on at {URL}"
        says(process, said)
        await is_refused(ann, post, report, said)
        assert 0 == process.stop()
        process = served.start(process.port)
        says(process, said)
        await is_refused(ann, post, report, said)
        assert said in served.must("ledger", "unfreeze")
        before = ready(process)
        assert ("ready", "") == (before.status, before.frozen)
        await ann.does(f"/posts/{post.id}/report", report, Reported)
    eventually(lambda: ready(process).signed == ready(process).entries > before.entries)
    assert before.signed_at < ready(process).signed_at
    assert 2 == served.run("ledger", "unfreeze").code
    served.audit(process)


def says(process: Process, said: str) -> None:
    """Pages are read and say why, and no process is taken away for it."""
    ledger = msgspec.json.decode(read(process, "/ledger").content, type=_Ledger)
    assert (said, URL) == (ledger.frozen, ledger.moved_to)
    assert ("ready", said) == (ready(process).status, ready(process).frozen)
    for path in ("/", "/ledger", "/rules"):
        page = httpx.get(f"{process.url}{path}", timeout=PATIENCE)
        assert 200 == page.status_code
        assert "The ledger is frozen" in page.text


async def is_refused(person: Person, post: Posted, report: object, said: str) -> None:
    """Whoever asks for something is told why it is not done."""
    answer = await person.post(f"/posts/{post.id}/report", report)
    assert 503 == answer.status_code
    assert said in msgspec.json.decode(answer.content, type=_Problem).detail


def test_what_speaks_against_it(sqlite_served: Served) -> None:
    """Rows that are wrong (1), a ledger that is not the one that was signed (3): it stays frozen, and says what."""
    served, home = sqlite_served, sqlite_served.config.home
    served.must("ledger", "freeze", "--why", "to see")
    with sqlite3.connect(home / "isegoria.db") as database:
        for (name,) in database.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            database.execute(f"drop trigger {name}")
        (body,) = database.execute("select body from ledger_entry where id = 1").fetchone()
        database.execute("update ledger_entry set body = x'7b7d' where id = 1")
    done = served.run("ledger", "unfreeze")
    assert 1 == done.code
    assert "ledger_entry 1 body: the entry is not the one that was hashed" in done.err
    with sqlite3.connect(home / "isegoria.db") as database:
        database.execute("update ledger_entry set body = ? where id = 1", (body,))
    file = checkpoint_file(home)
    kept = file.read_bytes()
    key = SignerKey.parse((home / "ledger.key").read_text().strip())
    file.write_bytes(sign_checkpoint(Checkpoint(key.name, 1_000, bytes(32)), key))
    done = served.run("ledger", "unfreeze")
    assert 3 == done.code
    assert "Refusing to unfreeze: a checkpoint of 1000 entries was signed" in done.err
    assert "frozen: to see" in served.must("ledger", "show")
    file.write_bytes(kept)
    served.must("ledger", "unfreeze")


def test_an_older_copy_under_a_running_square(postgresql_served: Served) -> None:
    """A process that takes over finds that more was signed than it has: the door closes, and pages go on."""
    served, home = postgresql_served, postgresql_served.config.home
    first, second = served.start(), served.start()
    key = SignerKey.parse((home / "ledger.key").read_text().strip())
    checkpoint_file(home).write_bytes(sign_checkpoint(Checkpoint(key.name, 1_000, bytes(32)), key))
    first.kill()
    eventually(lambda: "it looks like an older copy" in ready(second).frozen)
    assert 200 == read(second, "/ledger").status_code
    assert second.runs
    assert 3 == served.run("ledger", "unfreeze").code
