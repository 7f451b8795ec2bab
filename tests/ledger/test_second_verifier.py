"""The second verifier and ours judge alike: every small tree, every signature, a foreign log over HTTP."""

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ledger.checkpoint import open_checkpoint
from ledger.client import HttpReader
from ledger.merkle import check_consistency, check_inclusion, hash_leaves, prove_consistency, prove_inclusion, root_of
from ledger.note import SignerKey, VerifierKey
from ledger.tiles import Bundle, Tile, tiles_between
from ledger.verify import verify_log
from tests.ledger import independent
from tests.ledger.independent import Client, Wrong
from tests.ledger.static_log import SIGNER, StaticLog, bits_flipped, numbered
from tests.ledger.test_merkle import Nodes

TESSERA = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder, keeps connections, and says nothing."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def tessera(shared_data: Path) -> Iterator[str]:
    """The foreign log, served by the standard library's own server."""
    folder = shared_data / "ledger" / "tessera-log"
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_roots_and_proofs_are_those_of_the_recursive_definition() -> None:
    """Every inclusion and every consistency proof of every tree of up to 40 leaves, hash for hash."""
    leaves = hash_leaves(numbered(40))
    for size in range(1, 41):
        tree, root = leaves[:size], root_of(leaves[:size])
        assert independent.mth(tree) == root
        for index in range(size):
            path = independent.audit_path(index, tree)
            assert path == prove_inclusion(index, size, Nodes(tree))
            check_inclusion(leaves[index], index, size, root, path)
        for old in range(1, size + 1):
            proof = independent.consistency(old, tree)
            assert proof == prove_consistency(old, size, Nodes(tree))
            check_consistency(old, root_of(leaves[:old]), size, root, proof)


def test_paths_are_those_of_the_second_verifier() -> None:
    """Tiles and bundles of a log of a million entries, and numbers of every length."""
    for tile in tiles_between(0, 1_000_003):
        assert independent.path_of(str(tile.level), tile.n, tile.width) == tile.path
    for power in range(19):
        for n in (10**power - 1, 10**power):
            assert independent.path_of("entries", n, 256) == Bundle(n, 256).path
            assert independent.path_of("63", n, 7) == Tile(63, n, 7).path


def test_signatures_are_judged_alike(shared_data: Path) -> None:
    """Ours hold there; those at the edges of Ed25519 that hold here, under keys that bind somebody, hold there."""
    for number in range(4):
        signer = SignerKey("a.example", bytes([number] * 32))
        text = b"text %d\n" % number
        independent.verify_ed25519(signer.verifier.public, text, signer.sign(text).signature)
    edges = json.loads((shared_data / "ledger" / "ed25519" / "ed25519vectors.json").read_bytes())
    plain = [edge for edge in edges if edge["flags"] is None][:8]
    assert plain
    for edge in plain:
        key = VerifierKey("edge.example", bytes.fromhex(edge["key"]))
        signature = bytes.fromhex(edge["sig"])
        independent.verify_ed25519(key.public, edge["msg"].encode(), signature)
    note = StaticLog([b"alone"]).files["checkpoint"]
    for broken in list(bits_flipped(note))[:: len(note)]:
        with pytest.raises((Wrong, ValueError)):
            independent.open_checkpoint(broken, SIGNER.verifier.format())


def test_foreign_log_is_verified_over_http_by_both(tessera: str) -> None:
    """A whole log that others made, as their own tests have it."""
    key = VerifierKey.parse(TESSERA)
    with HttpReader(tessera) as reader:
        ours = [entry for _, entry in verify_log(reader, [key])]
        head = open_checkpoint(reader.read("checkpoint"), [key])
    client = Client(tessera)
    assert hash_leaves(ours) == client.verify(TESSERA)
    assert client.entries(head.size) == ours
    client.close()
    assert 15 == len(ours)


def test_every_partial_file_of_the_foreign_log_is_read(shared_data: Path) -> None:
    """Each width that a checkpoint of it had, and the checkpoint of every size beside it."""
    folder = shared_data / "ledger" / "tessera-log"
    key = VerifierKey.parse(TESSERA)
    for size in range(1, 16):
        files = {
            "checkpoint": (folder / f"checkpoint.{size}").read_bytes(),
            Bundle(0, size).path: (folder / Bundle(0, size).path).read_bytes(),
            Tile(0, 0, size).path: (folder / Tile(0, 0, size).path).read_bytes(),
        }
        log = StaticLog([])
        log.files = files
        assert size == len(list(verify_log(log, [key])))
        assert sorted(files) == sorted(set(log.asked))
