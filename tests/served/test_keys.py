"""The key is changed while the square runs, and a square that lost its key goes on under another name."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from app.resources import policy_text
from ledger.checkpoint import open_checkpoint
from ledger.note import SignerKey, VerifierKey
from tests.served.charter import short_charter
from tests.served.processes import PATIENCE, Process, Served, words_of

Make = Callable[[str], Served]
pytestmark = pytest.mark.timeout(300)


def note(url: str, path: str = "checkpoint") -> bytes:
    """A checkpoint as it is served."""
    return httpx.get(f"{url}/ledger/{path}", timeout=PATIENCE).raise_for_status().content


def test_the_key_is_changed(served: Served) -> None:
    """The running square goes over by itself; the bridge is signed by both, and an audit by the new key holds."""
    process, old = served.start(), served.key
    new = served.must("key", "new").strip()
    assert new == served.must("key", "new").strip()
    done = json.loads(served.must("key", "rotate", "--overlap", "1h", "--json"))
    assert (old, new) == (done["old"], done["new"])
    until = time.monotonic() + PATIENCE
    bridge = f"checkpoint/{done['entry'] + 1}"
    while httpx.get(f"{process.url}/ledger/{bridge}", timeout=PATIENCE).status_code != 200:
        assert time.monotonic() < until, process.said
        time.sleep(0.1)
    for one in (old, new):
        assert open_checkpoint(note(process.url, bridge), [VerifierKey.parse(one)]).size == done["entry"] + 1
    assert f"{new}\n".encode() == note(process.url, "key")
    assert [new, old] == served.must("key", "show").split()
    audit = json.loads(served.must("audit", process.url, "--key", new, "--json", seconds=90))
    assert (0, done["entry"] + 1) == (audit["exit"], audit["size"])
    assert "signs beside it" in httpx.get(f"{process.url}/ledger", timeout=PATIENCE).text
    told = json.loads(served.must("audit", process.url, "--key", old, "--json", seconds=90))
    assert (0, []) == (told["exit"], told["warnings"])
    refused = served.run("key", "rotate")
    assert 2 == refused.code
    assert "two keys sign already" in words_of(refused.err)
    assert 2 == served.run("key", "rotate", "--overlap", "soon").code


def test_an_old_key_leads_to_the_one_that_signs(sqlite_served: Served) -> None:
    """Over two changes whoever has the first key audits by it, and is told the last; a stranger's leads nowhere."""
    served, first = sqlite_served, sqlite_served.key
    process = served.start()
    done = rotated(served, process)
    time.sleep(1.5)
    done = rotated(served, process)
    told = json.loads(served.must("audit", process.url, "--key", first, "--json", seconds=90))
    assert (0, done["new"]) == (told["exit"], told["key"])
    assert [True] == [one.endswith(f"give {done['new']} from now on") for one in told["warnings"]]
    stranger = SignerKey.generate(VerifierKey.parse(first).name).verifier.format()
    refused = served.run("audit", process.url, "--key", stranger, "--json", seconds=90)
    assert 2 == refused.code
    assert "no act in the ledger puts" in json.loads(refused.out)["stopped"]


def rotated(served: Served, process: Process) -> dict[str, str]:
    """The key is changed, and a second later the new one signs alone."""
    done: dict[str, str] = json.loads(served.must("key", "rotate", "--overlap", "1s", "--json"))
    until = time.monotonic() + PATIENCE
    bridge = f"{process.url}/ledger/checkpoint/{int(done['entry']) + 1}"
    while httpx.get(bridge, timeout=PATIENCE).status_code != 200:
        assert time.monotonic() < until, process.said
        time.sleep(0.1)
    return done


def test_a_square_goes_on_under_another_name(sqlite_served: Served, unfounded: Make, tmp_path: Path) -> None:
    """The founding of the new one holds the last checkpoint of the old, which its key has signed."""
    last, old = sqlite_served.config.home / "checkpoint", sqlite_served.key
    served, charter = unfounded("new"), tmp_path / "charter.md"
    charter.write_text(short_charter(policy_text()))
    found = ("found", "--charter", str(charter), "--continues", str(last))
    assert 2 == served.run(*found).code
    refused = served.run(*found, "--old-key", a_strangers_key())
    assert 2 == refused.code
    assert "is no checkpoint that the key" in words_of(refused.err)
    served.must(*found, "--old-key", old)
    process = served.start()
    entry = httpx.get(f"{process.url}/ledger/0/bytes", timeout=PATIENCE).json()
    assert last.read_text() == entry["act"]["continues"]
    assert "goes on from" in httpx.get(f"{process.url}/ledger/0", timeout=PATIENCE).text
    assert "What it continues" in httpx.get(f"{process.url}/ledger", timeout=PATIENCE).text
    served.audit(process)


def a_strangers_key() -> str:
    """The key of a ledger that nobody knows."""
    return VerifierKey("other.example/isegoria", bytes([9]) * 32).format()
