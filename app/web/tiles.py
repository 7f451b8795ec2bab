"""The ledger and the boxes as bytes (C2SP tlog-tiles), for verifiers that nobody here wrote.

`app.web.logfiles` stands before these routes: it says which paths there are, answers HEAD and OPTIONS, opens every
answer to every origin, and has at hand what these routes have made before and what cannot change.
"""

import asyncio
import gzip
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from typing import Annotated, Final

from litestar import Response, get
from litestar.params import HeaderParameter

from app.keyring import shown_keys
from app.square import Square
from app.store import tiles
from app.store.engines import Tx
from app.store.ledger import CheckpointRow, read_bodies, read_tile
from app.web.logfiles import BYTES, OPEN, TEXT, file_headers
from app.web.negotiation import prefers_gzip
from ledger.checkpoint import parse_decimal
from ledger.errors import Malformed
from ledger.merkle import nodes_for_inclusion, prove_inclusion
from ledger.proof import BoxProof, ProofFile
from ledger.tiles import TILE_WIDTH, Bundle, Tile, node_reader, parse_entries_path, parse_tile_path, tiles_holding

PACKING: Final = 6
"""Bundles are packed once and read often."""

PARTS: Final[Mapping[str, tiles.Part]] = {"box": "box", "openings": "openings", "marks": "marks"}
AcceptEncoding = Annotated[str, HeaderParameter(name="Accept-Encoding")]
IfNoneMatch = Annotated[str, HeaderParameter(name="If-None-Match")]


@get("/ledger/checkpoint", tags=["ledger"], media_type=TEXT, opt={"public": True})
async def send_checkpoint(square: Square, if_none_match: IfNoneMatch = "") -> Response[bytes]:
    """The latest signed checkpoint."""
    return _note(await square.database.read(square.publishing.latest), if_none_match)


@get("/ledger/checkpoint/{size:str}", tags=["ledger"], media_type=TEXT, opt={"public": True})
async def send_checkpoint_at(square: Square, size: str, if_none_match: IfNoneMatch = "") -> Response[bytes]:
    """The checkpoint that was signed at this size."""
    try:
        at = parse_decimal(size)
    except Malformed as error:
        return _absent(str(error))
    return _note(await square.database.read(lambda tx: square.publishing.at(tx, at)), if_none_match)


@get("/ledger/key", tags=["ledger"], media_type=TEXT, opt={"public": True})
async def send_key(square: Square) -> Response[bytes]:
    """The verifier key, as this square shows it, the newer of two; believe the one that was published elsewhere."""
    keys = await square.database.read(lambda tx: shown_keys(tx, square.config.home, square.clock.now()))
    return Response(f"{keys[0].format()}\n".encode(), media_type=TEXT, headers={**OPEN, "Cache-Control": "no-cache"})


@get("/ledger/tile/{path:path}", tags=["ledger"], media_type=BYTES, opt={"public": True})
async def send_tile(square: Square, path: str, accept_encoding: AcceptEncoding = "") -> Response[bytes]:
    """A tile, or a bundle of entries, of the ledger."""
    return await _file(
        square,
        "/ledger",
        path,
        accept_encoding,
        lambda tx, tile: tiles.ledger_tile(tx, tile, square.rows),
        tiles.ledger_bundle,
    )


@get("/votes/{vote:str}/{part:str}/tile/{path:path}", tags=["ledger"], media_type=BYTES, opt={"public": True})
async def send_part(
    square: Square, vote: str, part: str, path: str, accept_encoding: AcceptEncoding = ""
) -> Response[bytes]:
    """A tile or a bundle of a vote's box; once it is closed, of its `openings` and `marks` too."""
    try:
        number, known = parse_decimal(vote), PARTS[part]
    except (Malformed, KeyError):
        return _absent("a vote has a number, and a box, openings and marks")
    return await _file(
        square,
        f"/votes/{number}/{known}",
        path,
        accept_encoding,
        lambda tx, tile: tiles.part_tile(tx, number, known, tile, square.rows),
        lambda tx, bundle: tiles.part_bundle(tx, number, known, bundle, square.rows),
    )


@get("/ledger/proof/{name:str}", tags=["ledger"], media_type=TEXT, opt={"public": True})
async def send_proof(square: Square, name: str) -> Response[bytes]:
    """The proof that an entry is in the ledger: `<index>.tlog-proof`, to be checked offline."""
    try:
        index = parse_decimal(name.removesuffix(".tlog-proof"))
    except Malformed as error:
        return _absent(str(error))
    proof = await square.database.read(lambda tx: prove(tx, square, index))
    return _proof(proof, "no signed checkpoint has this entry yet")


@get("/votes/{vote:str}/{part:str}/proof/{place:str}", tags=["ledger"], media_type=TEXT, opt={"public": True})
async def send_box_proof(square: Square, vote: str, part: str, place: str) -> Response[bytes]:
    """The proof that a ballot lies in a vote's `box`, up to the ledger's checkpoint, to be checked offline."""
    try:
        number, at = parse_decimal(vote), parse_decimal(place)
    except Malformed as error:
        return _absent(str(error))
    if part != "box":
        return _absent("places are proven in a box")
    proof = await square.database.read(lambda tx: prove_place(tx, square, number, at))
    return _proof(proof, "no signed checkpoint has a seal of this box over this place yet")


async def prove(tx: Tx, square: Square, index: int, extra: bytes = b"") -> bytes | None:
    """The .tlog-proof of an entry under the latest checkpoint, None where no checkpoint has it."""
    latest = await square.publishing.latest(tx)
    if latest is None or index >= latest.size:
        return None
    hashes = await inclusion_of(tx, index, latest.size)
    return ProofFile(index, tuple(hashes), latest.note.encode(), extra).format()


async def prove_place(tx: Tx, square: Square, vote: int, place: int) -> bytes | None:
    """The proof of a place in a box under its last seal, and of that seal; None where no seal has it yet."""
    seal = await tiles.last_seal(tx, vote)
    if seal is None or place >= seal.size:
        return None
    (entry,) = await read_bodies(tx, seal.entry, seal.entry + 1)
    sealed = await prove(tx, square, seal.entry, entry)
    if sealed is None:
        return None
    hashes = await tiles.box_inclusion(tx, vote, place, seal.size)
    return BoxProof(place, tuple(hashes), ProofFile.parse(sealed)).format()


async def inclusion_of(tx: Tx, index: int, size: int) -> list[bytes]:
    """The hashes that prove the entry under the root at `size`, from the leaf up."""
    nodes = nodes_for_inclusion(index, size)
    wanted = tiles_holding(nodes, size)
    held = {tile: await read_tile(tx, tile) for tile in wanted}
    return prove_inclusion(index, size, node_reader(size, lambda asked: [held[tile] for tile in asked]))


async def _file(
    square: Square,
    log: str,
    path: str,
    accept_encoding: str,
    read_a_tile: Callable[[Tx, Tile], Awaitable[bytes | None]],
    read_a_bundle: Callable[[Tx, Bundle], Awaitable[bytes | None]],
) -> Response[bytes]:
    """A tile or a bundle of the log at an address; full ones stay at hand."""
    whole = f"tile/{path.lstrip('/')}"
    address = f"{log}/{whole}"
    is_bundle = whole.startswith("tile/entries/")
    try:
        if is_bundle:
            bundle = parse_entries_path(whole)
            width, data = bundle.width, await square.database.read(lambda tx: read_a_bundle(tx, bundle))
        else:
            tile = parse_tile_path(whole)
            width, data = tile.width, await square.database.read(lambda tx: read_a_tile(tx, tile))
    except Malformed as error:
        return _absent(str(error))
    if data is None:
        return _absent("no signed checkpoint has this")
    packed = is_bundle and prefers_gzip(accept_encoding)
    if packed:
        data = await asyncio.to_thread(gzip.compress, data, PACKING, mtime=0)
    if width == TILE_WIDTH:
        square.files.keep((address, packed), data)
    return Response(data, media_type=BYTES, headers=file_headers(address, packed=packed))


def _note(row: CheckpointRow | None, if_none_match: str) -> Response[bytes]:
    """A checkpoint as it is now: a note of one size may still gain signatures."""
    if row is None:
        return _absent("no checkpoint was signed at this size")
    note = row.note.encode()
    etag = f'"{sha256(note).hexdigest()[:32]}"'
    headers = {**OPEN, "Cache-Control": "no-cache", "ETag": etag}
    if {"*", etag} & {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}:
        return Response(b"", status_code=304, media_type=TEXT, headers=headers)
    return Response(note, media_type=TEXT, headers=headers)


def _proof(proof: bytes | None, otherwise: str) -> Response[bytes]:
    if proof is None:
        return _absent(otherwise)
    return Response(proof, media_type=TEXT, headers={**OPEN, "Cache-Control": "no-cache"})


def _absent(why: str) -> Response[bytes]:
    headers = {**OPEN, "Cache-Control": "no-store"}
    return Response(f"{why}\n".encode(), status_code=404, media_type=TEXT, headers=headers)


routes = [send_checkpoint, send_checkpoint_at, send_key, send_tile, send_part, send_proof, send_box_proof]
