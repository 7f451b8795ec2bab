"""What SQLite's errors mean."""

import sqlite3
from typing import Final

from app.store.transaction import Conflict, NoSpace, StoreError, Unavailable

_WHY: Final = {
    sqlite3.SQLITE_BUSY: "another process holds the database's lock",
    sqlite3.SQLITE_LOCKED: "another connection holds the database's lock",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk answers with an error",
    sqlite3.SQLITE_CANTOPEN: "the database file cannot be opened",
    sqlite3.SQLITE_READONLY: "the database file cannot be written",
    sqlite3.SQLITE_CORRUPT: "the database file is damaged",
    sqlite3.SQLITE_NOTADB: "the file is not a database",
    sqlite3.SQLITE_NOMEM: "the memory is full",
    sqlite3.SQLITE_PERM: "the database file may not be opened",
}


def code_of(error: sqlite3.Error) -> int:
    """SQLite's primary code of the error, 0 if the error is Python's own."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


def translated(error: sqlite3.Error) -> Exception:
    """The error that callers know, or the same one."""
    if isinstance(error, sqlite3.IntegrityError):
        return _conflict(error)
    code = code_of(error)
    if code == sqlite3.SQLITE_READONLY and "readonly database" in str(error):
        return AssertionError(f"a read-only transaction was asked to write, or the file may not be written: {error}")
    if code == sqlite3.SQLITE_FULL:
        return NoSpace(f"{_WHY[code]} ({error})")
    if code in _WHY:
        return Unavailable(f"{_WHY[code]} ({error})")
    return error


def _conflict(error: sqlite3.IntegrityError) -> StoreError:
    """The conflict, its columns read out of `UNIQUE constraint failed: follow.account, follow.target`."""
    _, _, named = str(error).partition("constraint failed: ")
    parts = [part.split(".") for part in named.split(", ") if part.count(".") == 1]
    table = parts[0][0] if parts else ""
    return Conflict(str(error), table, tuple(column for _, column in parts))
