"""Asking witnesses that answer whatever they like, and being one for two who ask at once."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from app import witnesses
from app.clock import SetClock
from app.publishing import Publishing
from app.store.engines import Database
from app.store.ledger import CheckpointRow, insert_checkpoint
from app.store.witnesses import CosignatureRow, keep_cosignature, keep_quorum
from app.witnesses import NoCosignature, OtherTree, Witness, WitnessAhead
from app.witnessing import Witnessing
from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.cosignature import CosigningKey, read_cosignatures
from ledger.errors import LedgerError
from ledger.loglist import ListedLog
from ledger.merkle import hash_leaves, prove_consistency, root_of
from ledger.note import Note, Signature, SignerKey
from ledger.policy import Policy, PolicyWitness
from ledger.witness import SIZE_TYPE, AddCheckpoint, SizeConflict
from tests.ledger.test_merkle import Nodes

LOG = SignerKey("log.example/one", b"l" * 32)
KEY = CosigningKey("ann.example/witness", b"a" * 32)
LEAVES = hash_leaves([bytes([number]) for number in range(12)])
NOW = 1_790_000_000
HEAD = Checkpoint(LOG.name, 7, root_of(LEAVES[:7]))
ROW = CheckpointRow(7, HEAD.root, NOW * 1000, sign_checkpoint(HEAD, LOG).decode())
Answer = tuple[int, str, bytes]
TEXT = "text/plain; charset=utf-8"


def signed(text: bytes = HEAD.format(), at: int = NOW, key: CosigningKey = KEY) -> Answer:
    """A cosignature as an answer."""
    return 200, TEXT, key.cosign(text, at).format().encode()


@contextmanager
def answering(*answers: Answer) -> Iterator[tuple[Witness, list[AddCheckpoint], str]]:
    """A witness that gives these answers one after another, what it was asked, and its address."""
    asked: list[AddCheckpoint] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            assert "/w/add-checkpoint" == self.path
            asked.append(AddCheckpoint.parse(self.rfile.read(int(self.headers["Content-Length"]))))
            status, kind, body = answers[len(asked) - 1]
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/w"
        witness = Witness(PolicyWitness(b"w", KEY.verifier, address))
        try:
            yield witness, asked, address
        finally:
            witness.close()
            server.shutdown()
            thread.join()


async def cosign(witness: Witness) -> CosignatureRow:
    """What comes of asking for the checkpoint of seven entries."""

    async def prove(old: int, new: int) -> list[bytes]:
        return list(prove_consistency(old, new, Nodes(LEAVES[:new])))

    return await witness.cosign(ROW, prove, SetClock(NOW * 1000))


async def test_a_witness_that_was_behind_is_asked_again_from_where_it_is() -> None:
    """First from nothing, then from the size that it names, with the proof from there."""
    with answering((409, SIZE_TYPE, b"3\n"), signed()) as (witness, asked, _):
        row = await cosign(witness)
        assert (7, KEY.verifier.format(), NOW, 7) == (row.size, row.key, row.at, witness.size)
    assert [(0, 0), (3, len(prove_consistency(3, 7, Nodes(LEAVES[:7]))))] == [
        (one.old, len(one.proof)) for one in asked
    ]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ([signed(b"another text\n")], "does not hold"),
        ([signed(key=CosigningKey("other.example/w", b"o" * 32))], "not signed with the key"),
        ([signed(at=NOW - 301)], "301 s late"),
        ([signed(at=NOW + 301)], "in the future"),
        ([(200, TEXT, b"hello")], "no cosignature"),
        ([(200, TEXT, b"x" * 200_000)], "an answer of more than"),
        ([(404, TEXT, b"?")], "does not know this ledger"),
        ([(500, TEXT, b"broken\n")], "answered 500: broken"),
        ([(302, TEXT, b"")], "answered 302"),
        ([(409, SIZE_TYPE, b"03\n")], "cannot be read"),
        ([(409, SIZE_TYPE, b"0\n")], "refuses to go on"),
        ([(409, SIZE_TYPE, b"%d\n" % size) for size in (3, 4, 5)], "another size each time"),
    ],
)
async def test_whatever_else_it_answers_counts_for_nothing(answers: list[Answer], why: str) -> None:
    """A false signature, another key, another time, no signature at all: each is named."""
    with answering(*answers) as (witness, _, _), pytest.raises(NoCosignature, match=why):
        await cosign(witness)


async def test_a_witness_that_knows_more_or_otherwise_is_told_apart() -> None:
    """A size beyond ours, another root at our size, and a proof that does not lead from its tree to ours."""
    with answering((409, SIZE_TYPE, b"8\n")) as (witness, _, _), pytest.raises(WitnessAhead):
        await cosign(witness)
    for answer in ((409, SIZE_TYPE, b"7\n"), (409, TEXT, b"two roots\n")):
        with answering((409, SIZE_TYPE, b"7\n"), answer) as (witness, _, _), pytest.raises(OtherTree):
            await cosign(witness)
    with answering((409, SIZE_TYPE, b"3\n"), (422, TEXT, b"no\n")) as (witness, _, _), pytest.raises(OtherTree):
        await cosign(witness)


async def test_nobody_there() -> None:
    """A port that nothing listens on."""
    with answering() as (witness, _, _):
        pass
    with pytest.raises((NoCosignature, RuntimeError)):
        await cosign(witness)


async def test_a_slow_witness_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that drips its answer, each byte in time, is not waited for beyond the deadline for the whole."""
    monkeypatch.setattr(witnesses, "DEADLINE", 0.5)

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        with suppress(OSError):
            for _byte in range(1000):
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.05)
        writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    witness = Witness(PolicyWitness(b"w", KEY.verifier, f"http://127.0.0.1:{port}"))
    begun = time.monotonic()
    with pytest.raises(NoCosignature, match="no whole answer"):
        await cosign(witness)
    assert 5 > time.monotonic() - begun
    witness.close()
    server.close()


async def test_of_two_who_ask_at_once_one_wins(database: Database) -> None:
    """From one size to two trees: one is cosigned, and the other is told the size."""
    witness = Witnessing(KEY, (ListedLog(LOG.verifier, LOG.name),))

    async def ask(size: int) -> Signature | LedgerError:
        head = Checkpoint(LOG.name, size, root_of(LEAVES[:size]))
        request = AddCheckpoint(0, (), sign_checkpoint(head, LOG))
        try:
            return await witness.cosign(request, witness.open(request), database, SetClock(NOW * 1000))
        except SizeConflict as error:
            return error

    answers = await asyncio.gather(*(ask(size) for size in range(1, 9)))
    (won,) = [number for number, answer in enumerate(answers) if isinstance(answer, Signature)]
    assert [won + 1] * 7 == [answer.size for answer in answers if isinstance(answer, SizeConflict)]


async def test_closed_a_checkpoint_waits_for_its_quorum(database: Database) -> None:
    """Open, the newest is shown and its cosignatures as they come; closed, the newest that had its quorum."""
    policy = Policy.parse(f"witness w {KEY.verifier.format()} http://w.example\nquorum w\n".encode())
    closed, opened = Publishing(policy, is_closed=True), Publishing(policy, is_closed=False)
    later = Checkpoint(LOG.name, 9, root_of(LEAVES[:9]))
    await database.write(lambda tx: insert_checkpoint(tx, ROW))
    assert await database.read(closed.latest) is None
    assert ROW == await database.read(opened.latest)
    line = KEY.cosign(HEAD.format(), NOW).format()
    await database.write(lambda tx: keep_cosignature(tx, CosignatureRow(7, KEY.verifier.format(), NOW, line)))
    await database.write(lambda tx: keep_quorum(tx, 7, NOW))
    after = CheckpointRow(9, later.root, NOW * 1000, sign_checkpoint(later, LOG).decode())
    await database.write(lambda tx: insert_checkpoint(tx, after))
    shown, newest = await database.read(closed.latest), await database.read(opened.latest)
    assert shown is not None
    assert newest is not None
    assert (7, 9) == (shown.size, newest.size)
    assert {KEY.verifier: NOW} == read_cosignatures(Note.parse(shown.note.encode()), [KEY.verifier])
    assert await database.read(lambda tx: closed.at(tx, 9)) is None
