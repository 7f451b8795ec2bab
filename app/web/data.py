"""What anybody may take along: the public openings, one a line."""

from collections.abc import AsyncIterator

import msgspec
from litestar import get
from litestar.response import Stream
from msgspec import Struct

from app.openings import public_openings
from app.square import Square
from app.store.ledger import OpeningRow
from app.web.logfiles import OPEN

LINES = "application/jsonl; charset=utf-8"
_TOGETHER = 100


class OpeningLine(Struct, frozen=True):
    """What opens one commitment of an entry; `salt` is hex."""

    entry: int
    field: str
    salt: str
    value: str


@get("/data/openings.jsonl", tags=["data"], media_type=LINES, opt={"public": True})
async def send_openings(square: Square) -> Stream:
    """Every opening that everyone may see, in order of entry and field, one JSON object a line."""
    rows = public_openings(square.database, square.clock.now())
    return Stream(_lines(rows), media_type=LINES, headers={**OPEN, "Cache-Control": "no-cache"})


async def _lines(rows: AsyncIterator[OpeningRow]) -> AsyncIterator[bytes]:
    pending: list[bytes] = []
    async for row in rows:
        line = OpeningLine(row.entry, row.field, row.salt.hex(), row.value)
        pending.append(msgspec.json.encode(line) + b"\n")
        if len(pending) == _TOGETHER:
            yield b"".join(pending)
            pending = []
    yield b"".join(pending)


routes = [send_openings]
