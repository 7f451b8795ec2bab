"""Real conversations brought into a square that is served: whole, once, and excused from no check."""

import asyncio
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from msgspec import Struct

from governance.entry import decode, type_of
from tests.served.exports import BIODIVERSITY, HELD, SEATTLE, UBER, Faulty, Figures, export, taken_down
from tests.served.people import Person, Posted, people, read
from tests.served.processes import Process, Served, words_of
from tests.web.client import Browser

pytestmark = pytest.mark.timeout(300)
OFF_TOPIC = "5.1"


class _Item(Struct, frozen=True):
    entry: int
    post: str
    rule: str


class _Log(Struct, frozen=True):
    items: tuple[_Item, ...]


class _Origin(Struct, frozen=True):
    name: str


class _Restriction(Struct, frozen=True):
    entry: int
    label: str
    opens: bool


class _Folded(Struct, frozen=True):
    stands: str
    text: str
    origin: _Origin
    restriction: _Restriction


async def test_a_conversation_enters_whole(sqlite_served: Served) -> None:
    """54 comments, 2,872 ballots; 23 folded, each a tombstone that names rule and entry and opens; the audit holds."""
    served = sqlite_served
    process = served.start()
    assert HELD[SEATTLE] == await asyncio.to_thread(imported, served, SEATTLE)
    await _assert_folded(process)
    before = counted(served)
    assert HELD[SEATTLE] == await asyncio.to_thread(imported, served, SEATTLE)
    assert before == counted(served)
    served.audit(process)
    served.must("fsck")


async def _assert_folded(process: Process) -> None:
    """Each comment that was taken down is a folded post, for a program and on its page."""
    words = taken_down(SEATTLE)
    async with Person("", [process.url]) as visitor:
        items = read(await visitor.get("/modlog?sanction=fold"), _Log).items
        assert HELD[SEATTLE].taken_down == len(items) == len(words)
        posts = {item: read(await visitor.get(f"/posts/{item.post}"), _Folded) for item in items}
    for item, post in posts.items():
        assert ("folded", True) == (post.stands, post.restriction.opens)
        assert (OFF_TOPIC, item.entry) == (post.restriction.label, post.restriction.entry)
        assert words.pop(post.origin.name.rpartition("/")[2]) == post.text
    with Browser(process.url) as browser:
        for item, post in posts.items():
            page = browser.open(f"/posts/{item.post}")
            leaf = next(one for one in page.document.all("div", cls="leaf") if one.all("details"))
            assert f"Folded under rule {OFF_TOPIC}" in leaf.text
            assert f"/ledger/{item.entry}" in [link["href"] for link in leaf.all("a")]
            assert " ".join(post.text.split()) in leaf.all("details")[0].text


@pytest.mark.alone
async def test_the_largest_enters_in_a_minute(sqlite_served: Served) -> None:
    """49,997 vote rows enter in less than 60 s beside a running server, whose members go on posting meanwhile."""
    process = sqlite_served.start()
    async with people([process.url], "ann", "bo") as members:
        over, posts = asyncio.Event(), list[str]()
        async with asyncio.TaskGroup() as talk:
            for member in members:
                talk.create_task(_post_until(member, over, posts))
            began = time.monotonic()
            assert HELD[UBER] == await asyncio.to_thread(imported, sqlite_served, UBER)
            seconds = time.monotonic() - began
            over.set()
        assert seconds < 60
        assert len(posts) > 20
        for post in posts:
            assert post == read(await members[0].get(f"/posts/{post}"), Posted).id
    sqlite_served.audit(process)
    sqlite_served.must("fsck")


async def _post_until(member: Person, over: asyncio.Event, posts: list[str]) -> None:
    while not over.is_set():
        posts.append((await member.does("/posts", {"text": f"post {len(posts)}"}, Posted)).id)
        await asyncio.sleep(0.02)


def test_an_import_that_is_killed_goes_on(sqlite_served: Served) -> None:
    """Killed among its guests, its ballots and its cases, an import goes on where it stopped, and nothing is double."""
    served = sqlite_served
    for table, rows in (("ledger_entry", 200), ("poll_ballot", 9_000), ("gov_case", 60)):
        with served.begin("import", "polis", str(export(BIODIVERSITY))) as process:
            _kill_at(served, process, table, rows)
    assert HELD[BIODIVERSITY] == imported(served, BIODIVERSITY)
    figures = HELD[BIODIVERSITY]
    done = Counter(type_of(decode(body).act) for body in bodies(served))
    # The people and the conversation's own account are guests; its moderator is the steward's first.
    assert (counted(served)["account"] - 2, 2, figures.taken_down, figures.taken_down) == (
        done["admit_guest"],
        done["admit"],
        done["report"],
        done["decide"],
    )
    assert figures.comments + 1 == counted(served)["post"]
    assert figures.ballots == counted(served)["poll_ballot"]
    served.audit(served.start())
    served.must("fsck")


def _kill_at(served: Served, process: "subprocess.Popen[str]", table: str, rows: int) -> None:
    """Kill an import when so many rows are there, before it has come to its end."""
    while counted(served, (table,))[table] < rows:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    process.kill()
    process.communicate()
    assert -9 == process.returncode


@pytest.fixture
def faulty(tmp_path: Path) -> Faulty:
    """A copy of an export with a fault of each kind."""
    made = Faulty(SEATTLE, tmp_path / "faulty")
    made.add("comments.csv", "1403067224363,then,900,1,0,0,1", "the row has 7 fields instead of 8")
    made.add("comments.csv", "1403067224363,then,48,1,0,0,1,Again", "there is a comment 48 already")
    made.add("comments.csv", '1403067224363,then,901,1,0,0,1,"  "', "the comment is empty")
    made.add("comments.csv", "1403067224363,then,902,1,many,0,1,Well", "`agrees` is a number, not 'many'")
    made.add("votes.csv", "1403054214196,then,903,1,1", "there is no comment 903 (or its row is bad)")
    made.add("votes.csv", "1403054214196,then,48,1,5", "a vote is 1, -1 or 0, not '5'")
    made.add("votes.csv", "yesterday,then,48,1,1", "`timestamp` is a number, not 'yesterday'")
    return made


def test_bad_rows_stop_an_import(sqlite_served: Served, faulty: Faulty) -> None:
    """Each bad row is named by file, line and reason, and nothing is written; --skip-bad leaves them out."""
    before = counted(sqlite_served)
    done = sqlite_served.run("import", "polis", str(faulty.folder))
    assert 2 == done.code
    assert faulty.named == [line for line in done.err.splitlines() if ".csv:" in line]
    assert f"{len(faulty.named)} rows cannot be used; nothing was written" in words_of(done.err)
    assert before == counted(sqlite_served)
    told = sqlite_served.must("import", "polis", str(faulty.folder), "--skip-bad", "--json")
    held = msgspec.structs.replace(HELD[SEATTLE], skipped=len(faulty.named))
    assert held == msgspec.json.decode(told, type=Figures)


def test_what_is_no_export(sqlite_served: Served, faulty: Faulty) -> None:
    """A folder that lacks a file, or whose file has other columns, is told to be no export, and nothing is written."""
    before = counted(sqlite_served)
    votes = faulty.folder / "votes.csv"
    votes.write_text(votes.read_text().replace("voter-id", "voter", 1))
    refused = sqlite_served.run("import", "polis", str(faulty.folder))
    assert (2, True) == (refused.code, "votes.csv: the first line should be" in words_of(refused.err))
    votes.unlink()
    refused = sqlite_served.run("import", "polis", str(faulty.folder))
    assert (2, True) == (refused.code, "has no votes.csv" in words_of(refused.err))
    assert before == counted(sqlite_served)


def imported(served: Served, name: str) -> Figures:
    """What the import of an export tells in the end."""
    told = served.must("import", "polis", str(export(name)), "--json", seconds=120)
    return msgspec.json.decode(told, type=Figures)


TABLES = ("account", "post", "poll", "poll_option", "poll_ballot", "ledger_entry", "gov_case", "opening")


def counted(served: Served, tables: Sequence[str] = TABLES) -> dict[str, int]:
    """How many rows tables have; the database is read from outside, beside whoever uses it."""
    with sqlite3.connect(f"file:{served.config.sqlite_file}?mode=ro", uri=True, timeout=30) as database:
        return {table: database.execute(f"select count(*) from {table}").fetchone()[0] for table in tables}


def bodies(served: Served) -> list[bytes]:
    """Every leaf, as it is stored."""
    with sqlite3.connect(f"file:{served.config.sqlite_file}?mode=ro", uri=True, timeout=30) as database:
        return [body for (body,) in database.execute("select body from ledger_entry order by id")]
