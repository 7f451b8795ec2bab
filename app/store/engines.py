"""The two databases behind one face: `connect`, `Database`, `Tx`, and the errors they raise.

What the two do differently is all in this module's three neighbours: `sqlite`, `postgresql` and `statements`.
"""

from app.config import Config
from app.store.schema import bring_up_to_date
from app.store.sqlite import SqliteDatabase
from app.store.statements import ColumnType, Kind
from app.store.transaction import (
    Conflict,
    Database,
    NoSpace,
    OutcomeUnknown,
    StoreError,
    Tx,
    Unavailable,
    Value,
    Work,
)

__all__ = [
    "ColumnType",
    "Conflict",
    "Database",
    "Kind",
    "NoSpace",
    "OutcomeUnknown",
    "StoreError",
    "Tx",
    "Unavailable",
    "Value",
    "Work",
    "connect",
    "migrate",
]


async def connect(config: Config) -> Database:
    """Open the database that `config` names; it need not be migrated yet. Raises Unavailable."""
    if config.sqlite_file is not None:
        return SqliteDatabase(config.sqlite_file)
    from app.store.postgresql import connect_postgresql  # an embedded square need not load the driver

    return await connect_postgresql(config.database)


async def migrate(config: Config) -> list[str]:
    """Bring the tables up to date and return the names of the migrations that were applied, none if they were.

    Processes that start at once wait for one another. Raises Unavailable.
    """
    database = await connect(config)
    try:
        return await bring_up_to_date(database)
    finally:
        await database.close()
