"""The database of a square, for a command that works on it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.cli import Unable
from app.config import Config
from app.store.engines import Database, connect
from app.store.schema import pending


@asynccontextmanager
async def existing_database(config: Config) -> AsyncIterator[Database]:
    """The square's database, which is there and has this program's tables; raises Unable, Unavailable."""
    if config.sqlite_file is not None and not config.sqlite_file.exists():
        raise Unable(f"there is no database in {config.sqlite_file}; set ISEGORIA_HOME or ISEGORIA_DATABASE")
    database = await connect(config)
    try:
        if await database.read(pending):
            raise Unable("the tables of this database are not those of this program: run `isegoria migrate` first")
        yield database
    finally:
        await database.close()
