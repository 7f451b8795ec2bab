"""What a database still lacks before a square can run on it."""

from msgspec import Struct

from app.store.engines import Tx
from app.store.schema import pending


class _Size(Struct, frozen=True):
    size: int


async def unready_reasons(tx: Tx) -> list[str]:
    """In words, what lacks; none if nothing."""
    waiting = await pending(tx)
    if waiting:
        return [f"migrations are pending ({', '.join(waiting)}): run isegoria migrate"]
    head = await tx.one(_Size, "select size from ledger_head where id = {}", 0)
    if head is None or head.size == 0:
        return ["the square is not founded: run isegoria found"]
    return []
