"""Whether the square can serve, for whoever keeps it running."""

from typing import Final, Literal

from litestar import Response, get
from msgspec import Struct

from app.publishing import late_words
from app.square import Square
from app.store.engines import StoreError, Tx
from app.store.ledger import latest_checkpoint, read_head
from app.store.readiness import unready_reasons

NO_STORE: Final = {"Cache-Control": "no-store"}


class Live(Struct, frozen=True):
    """The process answers."""

    status: Literal["live"] = "live"


class Ready(Struct, frozen=True):
    """Whether requests can be served; `reasons` tell what lacks.

    Of `entries` the last checkpoint signs `signed`, since `signed_at` (Unix ms). A `frozen` ledger, which says why, is
    served and takes nothing. `quorum` is the largest size that enough witnesses have cosigned, None without a policy.
    """

    status: Literal["ready", "not ready"]
    reasons: tuple[str, ...] = ()
    entries: int = 0
    signed: int = 0
    signed_at: int = 0
    frozen: str = ""
    quorum: int | None = None
    warnings: tuple[str, ...] = ()


@get("/health/live", tags=["health"])
async def show_live() -> Response[Live]:
    """The process answers."""
    return Response(Live(), headers=NO_STORE)


@get("/health/ready", tags=["health"])
async def show_ready(square: Square) -> Response[Ready]:
    """The database answers, its tables are up to date, the ledger is founded, the clock is steady; else 503 and why."""
    try:
        ready = await square.database.read(lambda tx: _look(tx, square))
    except StoreError as error:
        ready = Ready("not ready", (f"the database does not answer: {type(error).__name__}",))
    return Response(ready, status_code=503 if ready.reasons else 200, headers=NO_STORE)


async def _look(tx: Tx, square: Square) -> Ready:
    if reasons := await unready_reasons(tx):
        return Ready("not ready", tuple(reasons))
    head, latest = await read_head(tx), await latest_checkpoint(tx)
    signed, at = (latest.size, latest.at) if latest else (0, 0)
    watched = await square.publishing.watched(tx)
    quorum = None if watched is None else watched.size
    reasons = [square.steadiness.trouble] if square.steadiness.trouble else []
    warnings = () if watched is None else late_words(watched, square.clock.now())
    status: Literal["ready", "not ready"] = "not ready" if reasons else "ready"
    return Ready(status, tuple(reasons), head.size, signed, at, head.frozen, quorum, warnings)


routes = [show_live, show_ready]
