"""Squares that witness each other over HTTP, and what a witness answers."""

import time
from collections.abc import Callable

import httpx
import pytest

from ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from ledger.cosignature import CosigningKey, WitnessKey, read_cosignatures
from ledger.merkle import EMPTY_ROOT
from ledger.note import Note, SignerKey, VerifierKey
from ledger.witness import SIZE_TYPE, AddCheckpoint
from tests import test_witnesses
from tests.served.processes import Process, Served, free_port, words_of

pytestmark = pytest.mark.timeout(300)
PATIENCE = 40.0
STRANGER = SignerKey("stranger.example/log", b"s" * 32)


def watch(square: Served, port: int, other: Served, *, name: str) -> WitnessKey:
    """`other` witnesses `square`, which asks it at a port: its key."""
    key = WitnessKey.parse(other.must("witness", "new", "--name", name).strip())
    logs, policy = other.config.home / "logs", square.config.home / "policy"
    logs.write_text(f"logs/v0\n\nvkey {square.key}\nvkey {STRANGER.verifier.format()}\n")
    policy.write_text(f"witness w {key.format()} http://127.0.0.1:{port}/witness\nquorum w\n")
    other.env["ISEGORIA_WITNESS_LOGS"] = str(logs)
    square.env["ISEGORIA_WITNESS_POLICY"] = str(policy)
    return key


def cosigned(process: Process, key: WitnessKey) -> bytes:
    """The checkpoint that is served, once a witness has cosigned it."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        answer = httpx.get(f"{process.url}/ledger/checkpoint")
        if answer.status_code == 200 and key in read_cosignatures(Note.parse(answer.content), [key]):
            return answer.content
        time.sleep(0.1)
    raise AssertionError(f"nothing was cosigned in {PATIENCE:.0f} s: {process.said}")


def ask(process: Process, request: AddCheckpoint) -> httpx.Response:
    """What a witness answers."""
    return httpx.post(f"{process.url}/witness/add-checkpoint", content=request.format())


def head(size: int, root: bytes) -> bytes:
    """A checkpoint of the log that belongs to nobody here."""
    return sign_checkpoint(Checkpoint(STRANGER.name, size, root), STRANGER)


def test_two_squares_witness_each_other(sqlite_served: Served, unfounded: Callable[[str], Served]) -> None:
    """Each publishes the other's cosignature, the audit demands it, and a restart asks from where they were."""
    one, two = sqlite_served, unfounded("two")
    charter = one.config.home / "charter.md"
    two.must("found", "--name", "Other", "--origin", "other.example/two", "--charter", str(charter))
    ports = free_port(), free_port()
    by_two = watch(one, ports[1], two, name="two.example/witness")
    by_one = watch(two, ports[0], one, name="one.example/witness")
    first = one.start(ports[0])
    second = two.start(ports[1])
    note = cosigned(first, by_two)
    assert open_checkpoint(note, [VerifierKey.parse(one.key)]).size > 0
    cosigned(second, by_one)
    one.audit(first, "--witness", by_two.format(), "--policy", str(one.config.home / "policy"))
    unseen = one.run("audit", first.url, "--key", one.key, "--witness", by_one.format())
    assert (2, True) == (unseen.code, "has not cosigned this checkpoint" in unseen.out)
    ready = httpx.get(f"{first.url}/health/ready").json()
    assert ready["quorum"] == ready["signed"]
    page = httpx.get(f"{first.url}/ledger", headers={"Accept": "text/html"})
    assert "two.example/witness" in page.text
    assert note == httpx.get(f"{first.url}/ledger/checkpoint/{ready['signed']}").content
    assert 0 == first.stop()
    assert note == cosigned(one.start(ports[0]), by_two)


def test_a_witness_answers_by_the_specification(sqlite_served: Served) -> None:
    """Each status, content type and body; and what it remembers outlives the process, however that ends."""
    square = sqlite_served
    watch(square, 1, square, name="w.example/w")
    del square.env["ISEGORIA_WITNESS_POLICY"]
    key = CosigningKey.parse((square.config.home / "witness.key").read_text().strip()).verifier
    assert 0o600 == (square.config.home / "witness.key").stat().st_mode & 0o777
    process = square.start()
    note = head(1, b"1" * 32)
    answer = ask(process, AddCheckpoint(0, (), note))
    assert (200, "text/plain; charset=utf-8") == (answer.status_code, answer.headers["content-type"])
    assert "set-cookie" not in answer.headers
    assert [key] == list(read_cosignatures(Note.parse(note + answer.content), [key]))
    process.kill()
    process = square.start()
    again = ask(process, AddCheckpoint(0, (), note))
    assert (409, SIZE_TYPE, b"1\n") == (again.status_code, again.headers["content-type"], again.content)
    unknown = sign_checkpoint(Checkpoint("else.example", 0, EMPTY_ROOT), SignerKey("else.example", b"e" * 32))
    forged = sign_checkpoint(Checkpoint(STRANGER.name, 1, b"1" * 32), SignerKey(STRANGER.name, b"f" * 32))
    for status, request in (
        (200, AddCheckpoint(1, (), note)),
        (400, AddCheckpoint(2, (), note)),
        (403, AddCheckpoint(1, (), forged)),
        (404, AddCheckpoint(0, (), unknown)),
        (409, AddCheckpoint(1, (), head(1, b"2" * 32))),
        (422, AddCheckpoint(1, (b"x" * 32,), head(2, b"2" * 32))),
    ):
        assert status == ask(process, request).status_code
    assert 400 == httpx.post(f"{process.url}/witness/add-checkpoint", content=b"new 1\n").status_code
    assert 413 == httpx.post(f"{process.url}/witness/add-checkpoint", content=b"x" * 200_000).status_code


def test_a_witness_that_has_seen_more_stops_the_signer(sqlite_served: Served) -> None:
    """As a restored older database does: exit code 3. A witness that is away stops nobody."""
    key = CosigningKey("w.example/w", b"w" * 32).verifier
    policy = sqlite_served.config.home / "policy"
    sqlite_served.env["ISEGORIA_WITNESS_POLICY"] = str(policy)
    with test_witnesses.answering((409, SIZE_TYPE, b"1000000\n")) as (_, _, address):
        policy.write_text(f"witness w {key.format()} {address}\nquorum w\n")
        done = sqlite_served.run("serve", "--port", str(free_port()))
    assert 3 == done.code, done.err
    assert "the witness w.example/w has cosigned it" in words_of(done.err)
    process = sqlite_served.start()
    ready = httpx.get(f"{process.url}/health/ready").json()
    assert (0, 0) == (ready["quorum"], process.stop())


def test_the_witness_command_says_what_is_wrong(unfounded: Callable[[str], Served]) -> None:
    """No square, no key, a key that is there already, a name that cannot be, a file that is no key: exit code 2."""
    square = unfounded("one")
    key = square.config.home / "witness.key"

    def fails(*words: str) -> str:
        done = square.run("witness", *words)
        assert 2 == done.code, done.out
        return words_of(done.err)

    assert "there is no square in" in fails("new", "--name", "one.example/w")
    square.config.home.mkdir()
    assert "run `isegoria witness new`" in fails("show")
    assert "is no name for a witness" in fails("new", "--name", "two words")
    assert square.must("witness", "new", "--name", "one.example/w") == square.must("witness", "show")
    before = key.read_bytes()
    assert "nothing was changed" in fails("new", "--name", "one.example/w")
    assert before == key.read_bytes()
    key.write_text("hello\n")
    assert "holds no key of a witness" in fails("show")
