"""The engine that Piccolo's tables are bound to: their queries run in the Tx of the work that makes them."""

from collections.abc import Sequence
from typing import NoReturn

from piccolo.engine.base import BaseAtomic, BaseBatch, BaseTransaction, Engine
from piccolo.query.base import Query
from piccolo.querystring import QueryString

from app.store.statements import PICCOLO_KINDS
from app.store.transaction import CURRENT, Row, Tx

OUTSIDE = "a query was made outside any transaction; make it in the work given to Database.read or Database.write"


class Joined(BaseTransaction):
    """A transaction that Piccolo opens inside the one that runs: it is that one."""

    async def __aenter__(self) -> "Joined":
        _current()
        return self

    async def __aexit__(self, *raised: object) -> bool:
        return False


class CurrentEngine(Engine[Joined]):
    """Whatever database the running work is on.

    On SQLite a column of booleans comes back from a Piccolo query as 0 and 1.
    """

    def __init__(self) -> None:
        self.query_id = 0
        self.log_queries = False
        self.log_responses = False
        self.min_version_number = 0

    @property
    def engine_type(self) -> str:
        """Piccolo's word for the database of the running work."""
        return PICCOLO_KINDS[_current().kind]

    @engine_type.setter
    def engine_type(self, value: str) -> None:
        _refuse("engine_type")

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> list[Row]:
        """Run a query of Piccolo's in the running work's Tx."""
        tx = _current()
        text, args = querystring.compile_string(engine_type=PICCOLO_KINDS[tx.kind])
        return await tx.rows(text, args)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> list[Row]:
        """Run a statement of Piccolo's in the running work's Tx."""
        return await _current().rows(ddl, ())

    def transaction(self, *args: object, **kwargs: object) -> Joined:
        """The running work's own transaction."""
        return Joined()

    async def get_version(self) -> float:
        """0: a version is checked where the connection is made."""
        return 0.0

    def get_version_sync(self) -> float:
        """0: a version is checked where the connection is made."""
        return 0.0

    async def prep_database(self) -> None:
        """Nothing: connect() prepares the database."""

    async def batch(self, query: Query, batch_size: int = 100, node: str | None = None) -> BaseBatch:  # type: ignore[type-arg]
        """Refused: a cursor would outlive its transaction."""
        _refuse("batch")

    def atomic(self) -> BaseAtomic:
        """Refused: Database.write is the transaction."""
        _refuse("atomic")

    async def start_connection_pool(self) -> None:
        """Refused: connect() has the connections."""
        _refuse("start_connection_pool")

    async def close_connection_pool(self) -> None:
        """Refused: connect() has the connections."""
        _refuse("close_connection_pool")

    def transaction_exists(self) -> bool:
        """Whether a work is running."""
        return CURRENT.get() is not None

    def transform_response_to_dicts(self, results: Sequence[Row]) -> list[Row]:
        """The rows as they are."""
        return list(results)


def _current() -> Tx:
    tx = CURRENT.get()
    assert tx is not None, OUTSIDE
    return tx


def _refuse(name: str) -> NoReturn:
    raise AssertionError(f"Piccolo's {name} is not used here; see Database.write")


ENGINE = CurrentEngine()
