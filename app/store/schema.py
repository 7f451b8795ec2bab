"""Brings the tables up to date with Piccolo's own migration runner, in one transaction under a lock."""

import pkgutil
from importlib import import_module
from types import ModuleType

from piccolo.apps.migrations.tables import Migration

from app.store import migrations
from app.store.orm import ENGINE
from app.store.transaction import Database, Tx

APP = "isegoria"
LOCK = 0x6973_6567_6F72_6961  # "isegoria" in ASCII

Migration._meta.db = ENGINE


async def bring_up_to_date(database: Database) -> list[str]:
    """Apply what has not been applied and return the names, in order."""
    if not await database.read(pending):
        return []
    return await database.write(_apply)


def modules() -> dict[str, ModuleType]:
    """Every migration by its name, in order."""
    found = [
        import_module(f"{migrations.__name__}.{module.name}") for module in pkgutil.iter_modules(migrations.__path__)
    ]
    return {module.ID: module for module in sorted(found, key=lambda module: str(module.ID))}


async def pending(tx: Tx) -> list[str]:
    """The names of the migrations that this database has not seen, in order."""
    if not await Migration.table_exists():
        return list(modules())
    applied = await Migration.get_migrations_which_ran(app_name=APP)
    return [name for name in modules() if name not in applied]


async def _apply(tx: Tx) -> list[str]:
    # on SQLite this transaction has the whole database; whoever waited here finds nothing left to do
    await tx.lock("select true from pg_advisory_xact_lock({})", LOCK)
    names = await pending(tx)
    if names:
        from app.store.runner import run  # Piccolo's runner takes long to load and is seldom needed

        await run()
    return names
