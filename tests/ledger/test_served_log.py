"""The ledger of a real square over HTTP: every file to the byte, every header, whatever a client asks."""

import gzip
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from app.config import Config
from app.record import Deed
from app.square import Square
from governance.acts.members import Admit
from ledger.checkpoint import open_checkpoint
from ledger.client import HttpReader
from ledger.merkle import root_of
from ledger.note import VerifierKey
from ledger.proof import ProofFile, check_proof
from ledger.tiles import TILE_WIDTH, Bundle, Tile, encode_bundle, tiles_between
from ledger.verify import verify_log
from tests.ledger.independent import Client, sha
from tests.votes.town import Town
from tests.web.serving import Site

GROWTH = (1, 2, 60, 150, 1, 1, 257, 200)
FOR_A_WEEK = "public, max-age=604800, immutable"


@pytest.fixture(scope="module")
def site(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A square whose ledger grew past two tiles, with a checkpoint after each step; limits are on."""
    home = tmp_path_factory.mktemp("log")
    config = Config(home=home, database=f"sqlite:///{home / 'isegoria.db'}", rate_limits=True)
    (home / "isegoria.db").write_bytes(_sqlite_template.read_bytes())
    served = Site(config)
    town = Town(served)
    for more in GROWTH:
        served.run(partial(_admit, more))
        town.sign()
    town.close()
    yield served
    served.close()


async def _admit(more: int, square: Square) -> None:
    await square.door.record_all([Deed(Admit(), "clock")] * more)


@pytest.fixture
def http(site: Site) -> Iterator[httpx.Client]:
    """A client that decodes nothing by itself and keeps its connections."""
    with httpx.Client(base_url=site.url, headers={"Accept-Encoding": "identity"}, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def key(site: Site) -> VerifierKey:
    """The square's verifier key."""
    return VerifierKey.parse(httpx.get(f"{site.url}/ledger/key").text.strip())


@pytest.fixture(scope="module")
def entries(site: Site, key: VerifierKey) -> list[bytes]:
    """Every entry under the latest checkpoint, verified."""
    with HttpReader(f"{site.url}/ledger") as reader:
        return [entry for _, entry in verify_log(reader, [key])]


def sizes(founding: int) -> list[int]:
    """The sizes at which the square was signed."""
    grown = [founding]
    for more in GROWTH:
        grown.append(grown[-1] + more)
    return grown


def test_second_verifier_verifies_it(site: Site, key: VerifierKey, entries: list[bytes]) -> None:
    """Checkpoint, every entry, every tile, the root, by code that shares nothing with ours."""
    client = Client(f"{site.url}/ledger")
    leaves = client.verify(key.format())
    assert entries == client.entries(len(leaves))
    client.close()


def test_every_checkpoint_stays_with_its_partial_files(
    http: httpx.Client, key: VerifierKey, entries: list[bytes]
) -> None:
    """Whatever was served at a size once is served for ever, with the same bytes, and leads to the root then."""
    leaves = _hashes(entries)
    for size in sizes(len(entries) - sum(GROWTH)):
        note = http.get(f"/ledger/checkpoint/{size}").content
        head = open_checkpoint(note, [key])
        assert (size, root_of(leaves[:size])) == (head.size, head.root)
        for tile in tiles_between(0, size):
            assert _tile(leaves, tile) == http.get(f"/ledger/{tile.path}").content, tile
            if tile.level == 0:
                bundle = Bundle(tile.n, tile.width)
                first = tile.n * TILE_WIDTH
                assert encode_bundle(entries[first : first + tile.width]) == http.get(f"/ledger/{bundle.path}").content
    assert note == http.get("/ledger/checkpoint").content
    assert 404 == http.get(f"/ledger/checkpoint/{size - 1}").status_code


def test_every_width_is_served(http: httpx.Client, entries: list[bytes]) -> None:
    """Also those that no checkpoint had: the specification lets a log serve more than it must."""
    leaves = _hashes(entries)
    for width in range(1, TILE_WIDTH + 1):
        assert b"".join(leaves[:width]) == http.get(f"/ledger/{Tile(0, 0, width).path}").content
    for width in (1, 2, 100, 255, 256):
        packed = http.get(f"/ledger/{Bundle(1, width).path}", headers={"Accept-Encoding": "gzip"})
        assert encode_bundle(entries[256 : 256 + width]) == packed.content


def test_fifty_at_once_are_answered(site: Site, entries: list[bytes]) -> None:
    """Fifty readers that keep their connections, again and again, with the limits to attempts switched on."""
    leaves = _hashes(entries)
    tiles = [*tiles_between(0, len(entries))] * 8

    def read(tiles: list[Tile]) -> bool:
        with httpx.Client(base_url=site.url) as client:
            return all(_tile(leaves, tile) == client.get(f"/ledger/{tile.path}").content for tile in tiles)

    with ThreadPoolExecutor(50) as pool:
        assert all(pool.map(read, [tiles] * 50))


def test_headers_are_those_of_the_specification(http: httpx.Client, entries: list[bytes]) -> None:
    """Types, caching, and that every origin may read; the same for HEAD, without the body."""
    last = Bundle(len(entries) // 256, len(entries) % 256).path
    for path, kind, caching in (
        ("checkpoint", "text/plain; charset=utf-8", "no-cache"),
        (f"checkpoint/{len(entries)}", "text/plain; charset=utf-8", "no-cache"),
        ("key", "text/plain; charset=utf-8", "no-cache"),
        ("proof/0.tlog-proof", "text/plain; charset=utf-8", "no-cache"),
        ("tile/0/000", "application/octet-stream", FOR_A_WEEK),
        ("tile/0/000", "application/octet-stream", FOR_A_WEEK),
        ("tile/1/000.p/1", "application/octet-stream", FOR_A_WEEK),
        ("tile/entries/000", "application/octet-stream", FOR_A_WEEK),
        ("tile/entries/000", "application/octet-stream", FOR_A_WEEK),
        (last, "application/octet-stream", FOR_A_WEEK),
    ):
        got, head = http.get(f"/ledger/{path}"), http.head(f"/ledger/{path}")
        assert (200, kind, caching, "*") == _told(got)
        assert b"" == head.content
        assert {**got.headers, "date": ""} == {**head.headers, "date": ""}
        assert ("tile/entries/" in path) == (got.headers.get("vary") == "Accept-Encoding")


@pytest.mark.parametrize(
    ("wish", "packed"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("gzip, identity", True),
        ("br, gzip;q=0.8", True),
        ("*", True),
        ("identity;q=0", True),
        ("*;q=0", True),
        ("gzip;q=0.000, *;q=0", True),
        ("", False),
        ("identity", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0, *", False),
        ("gzip;q=0.5, identity", False),
        ("gzip;q=x", False),
        ("*;q=0, identity", False),
    ],
)
def test_bundles_are_packed_for_whom_takes_it(
    http: httpx.Client, entries: list[bytes], wish: str, packed: bool
) -> None:
    """As the client weighs it, whether the file is at hand already or not; tiles never are, hashes do not shrink."""
    for path, expected in (
        ("tile/entries/000", encode_bundle(entries[:256])),
        ("tile/entries/000.p/7", encode_bundle(entries[:7])),
    ):
        with http.stream("GET", f"/ledger/{path}", headers={"Accept-Encoding": wish}) as answer:
            body = b"".join(answer.iter_raw())
        assert ("gzip" if packed else None) == answer.headers.get("content-encoding")
        assert expected == (gzip.decompress(body) if packed else body)
    assert "content-encoding" not in http.get("/ledger/tile/0/000", headers={"Accept-Encoding": wish}).headers


@pytest.mark.parametrize(
    "path",
    [
        "/ledger/checkpoint/0",
        "/ledger/checkpoint/",
        "/ledger/checkpoint/007",
        "/ledger/checkpoint/+7",
        "/ledger/checkpoint/-7",
        "/ledger/checkpoint/%37",
        "/ledger/checkpoint/7x",
        "/ledger/checkpoint/9223372036854775808",
        "/ledger/checkpoint/" + "9" * 5000,
        "/ledger/checkpoint?x=1",
        "/ledger/checkpointer",
        "/ledger//checkpoint",
        "/ledger/key/",
        "/ledger/key?",
        "/ledger/proof/0",
        "/ledger/proof/00.tlog-proof",
        "/ledger/proof/99999.tlog-proof",
        "/ledger/proof/" + "9" * 5000 + ".tlog-proof",
        "/ledger/tile",
        "/ledger/tile/",
        "/ledger/tile/0",
        "/ledger/tile/0/000/",
        "/ledger/tile//0/000",
        "/ledger/tile/0//000",
        "/ledger/tile/0/%30%30%30",
        "/ledger/tile/0/000?v=1",
        "/ledger/tile/0/0",
        "/ledger/tile/00/000",
        "/ledger/tile/64/000",
        "/ledger/tile/0/000.p/0",
        "/ledger/tile/0/000.p/256",
        "/ledger/tile/0/000.p/01",
        "/ledger/tile/0/x000/000",
        "/ledger/tile/0/x009/x223/x372/x036/x854/x775/808",
        "/ledger/tile/0/900",
        "/ledger/tile/2/000.p/1",
        "/ledger/tile/entries/000.p/256",
        "/ledger/tile/entries/900",
        "/ledger/tile/entries/0",
        "/votes/1/box/tile/0/000.p/1",
        "/votes/x/box/tile/0/000.p/1",
        "/votes/9223372036854775808/box/tile/0/000",
        "/votes/1/box/proof/0",
        "/votes/1/marks/proof/0",
        "/votes/1/box/",
    ],
)
def test_what_is_not_there_is_not_found(site: Site, path: str) -> None:
    """404 for every other spelling, number and query, readable by every origin and kept by nobody."""
    with httpx.Client() as client:
        request = client.build_request("GET", site.url)
        request.url = httpx.URL(site.url, raw_path=path.encode())
        answer = client.send(request)
    if path.endswith("?"):  # an empty query is none: the server is not told of it
        assert 200 == answer.status_code
        return
    assert (404, "text/plain; charset=utf-8", "no-store", "*") == _told(answer)
    assert "set-cookie" not in answer.headers


def test_other_methods_are_told_what_may_be_done(http: httpx.Client) -> None:
    """OPTIONS as a browser asks it before, and nothing that writes."""
    for path in ("/ledger/checkpoint", "/ledger/tile/0/000", "/ledger/tile/nothing", "/votes/1/box/tile/0/000"):
        before = http.options(
            path, headers={"Origin": "https://reader.example", "Access-Control-Request-Method": "GET"}
        )
        assert (204, "*", "GET, HEAD, OPTIONS") == (
            before.status_code,
            before.headers["access-control-allow-origin"],
            before.headers["access-control-allow-methods"],
        )
        assert "content-length" not in before.headers
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = http.request(method, path, content=b"x")
            assert (405, "GET, HEAD, OPTIONS", "*") == (
                answer.status_code,
                answer.headers["allow"],
                answer.headers["access-control-allow-origin"],
            )


def test_checkpoint_that_a_reader_has_is_not_sent_again(http: httpx.Client) -> None:
    """Whoever looks every second is told 304 until it changes."""
    first = http.get("/ledger/checkpoint")
    etag = first.headers["etag"]
    for tags in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = http.get("/ledger/checkpoint", headers={"If-None-Match": tags})
        assert (304, b"", etag, "no-cache", "*") == (
            again.status_code,
            again.content,
            again.headers["etag"],
            again.headers["cache-control"],
            again.headers["access-control-allow-origin"],
        )
    for tags in ('"other"', ""):
        assert first.content == http.get("/ledger/checkpoint", headers={"If-None-Match": tags}).content


def test_proofs_are_checked_offline(http: httpx.Client, key: VerifierKey, entries: list[bytes]) -> None:
    """Each file proves its entry with nothing but the key."""
    for index in chain(range(0, len(entries), 97), (len(entries) - 1,)):
        data = http.get(f"/ledger/proof/{index}.tlog-proof").content
        proof = ProofFile.parse(data)
        assert (data, index) == (proof.format(), proof.index)
        assert len(entries) == check_proof(entries[index], proof, [key]).size


def test_no_session_is_made_or_looked_for(site: Site, entries: list[bytes], tmp_path: Path) -> None:
    """With a cookie or without, found or not: no cookie is set, and a database without sessions serves as well."""
    copy = tmp_path / "home"
    copy.mkdir(mode=0o700)
    for name in ("ledger.key", "charter.md"):
        (copy / name).write_bytes((site.config.home / name).read_bytes())
    with sqlite3.connect(site.config.home / "isegoria.db") as source, sqlite3.connect(copy / "isegoria.db") as target:
        source.backup(target)
        target.execute("drop table session")
    bare = Site(replace(site.config, home=copy, database=f"sqlite:///{copy / 'isegoria.db'}"))
    try:
        with httpx.Client(base_url=bare.url, headers={"Cookie": "session=stale; visitor=stale"}) as client:
            for path in ("checkpoint", "tile/0/000", "tile/0/000.p/9", "tile/entries/000", "proof/3.tlog-proof", "key"):
                answers = [client.get(f"/ledger/{path}"), client.head(f"/ledger/{path}"), client.get(f"/ledger/{path}")]
                assert [200, 200, 200] == [answer.status_code for answer in answers]
                assert not any("set-cookie" in answer.headers for answer in answers)
            for path in ("checkpoint/1", "tile/0/900", "tile/0/000?x"):
                answer = client.get(f"/ledger/{path}")
                assert (404, None) == (answer.status_code, answer.headers.get("set-cookie"))
    finally:
        bare.close()


def test_entries_that_are_not_signed_yet_are_not_served(site: Site, entries: list[bytes]) -> None:
    """What lies beyond the checkpoint is there for the door alone."""
    site.run(partial(_admit, 3))
    size = len(entries)
    with httpx.Client(base_url=site.url) as client:
        assert 404 == client.get(f"/ledger/{Tile(0, size // 256, size % 256 + 1).path}").status_code
        assert 404 == client.get(f"/ledger/{Bundle(size // 256, size % 256 + 3).path}").status_code
        assert 404 == client.get(f"/ledger/proof/{size}.tlog-proof").status_code
        assert size == int(client.get("/ledger/checkpoint").text.split("\n")[1])


def _hashes(entries: list[bytes]) -> list[bytes]:
    return [sha(b"\x00" + entry) for entry in entries]


def _tile(leaves: list[bytes], tile: Tile) -> bytes:
    span = 256**tile.level
    first = tile.n * 256 * span
    return b"".join(root_of(leaves[at : at + span]) for at in range(first, first + tile.width * span, span))


def _told(answer: httpx.Response) -> tuple[int, str, str, str]:
    told = answer.headers
    return answer.status_code, told["content-type"], told["cache-control"], told["access-control-allow-origin"]
