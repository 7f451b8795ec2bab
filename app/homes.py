"""What has to lie in a square's home before it can be opened, and what is said where something does not."""

from pathlib import Path

from app.config import Config
from app.keyring import BadKey, key_files, read_keys
from app.signer import checkpoint_file
from app.store.engines import Database, Tx, connect
from app.store.governed import value_of
from app.store.ledger import read_head
from app.store.schema import pending
from governance import members
from governance.charter import BadCharter, Charter, read_charter
from governance.members import SQUARE


class NotFounded(Exception):
    """There is no square in this home, or not all of one; the text says what is missing and what to do."""


def charter_file(home: Path) -> Path:
    """The charter's text as it was at the founding."""
    return home / "charter.md"


async def look_around(config: Config) -> None:
    """Before the database is touched: the home has a charter, and the database is there; raises NotFounded."""
    home, file = config.home, config.sqlite_file
    has_charter = charter_file(home).exists()
    left = [one.name for one in (*key_files(home), checkpoint_file(home)) if one.exists()]
    if file is not None and not file.exists():
        if not has_charter and not left:
            raise NotFounded(f"there is no square in {home}: run `isegoria found`, or `isegoria demo` for a try")
        raise NotFounded(
            f"there is no database in {file}, and {home} holds the files of a square: put its database back there, or "
            "name it with ISEGORIA_DATABASE; docs/operate.md tells what to do where it is lost"
        )
    if has_charter:
        return
    if await _holds_square(config):
        raise NotFounded(
            f"the database holds a square, and {charter_file(home)} is missing: put the text back under which it was "
            "founded, or set ISEGORIA_HOME to the folder that has it"
        )
    if left:
        raise NotFounded(f"{home} holds {', '.join(left)}, no charter.md, and no square in its database: {_OTHER}")
    raise NotFounded(f"there is no square in {home}: run `isegoria found`, or `isegoria demo` for a try")


_OTHER = "put the square's own database and files back, or name them with ISEGORIA_DATABASE and ISEGORIA_HOME"


async def _holds_square(config: Config) -> bool:
    database = await connect(config)
    try:
        return not await database.read(pending) and (await database.read(read_head)).size > 0
    finally:
        await database.close()


def founding_charter(home: Path) -> Charter:
    """The charter in a home; raises NotFounded where it cannot be read."""
    file = charter_file(home)
    try:
        return read_charter(file.read_bytes().decode())
    except OSError as error:
        raise NotFounded(f"{file} cannot be read: {error.strerror}") from error
    except (BadCharter, UnicodeDecodeError) as error:
        raise NotFounded(
            f"{file} is not the charter as it was founded: {error}. Put that text back, to the letter"
        ) from error


async def check_founded(database: Database, home: Path, charter: Charter) -> members.Square:
    """The square of this database, and the home's charter and key are its own; raises NotFounded, Unavailable."""
    founded = await database.read(_founded)
    if founded is None:
        if checkpoint_file(home).exists():
            raise NotFounded(f"the database is empty, and {checkpoint_file(home)} tells of a signed ledger: {_OTHER}")
        raise NotFounded(f"the database of {home} holds no square: run `isegoria found`")
    if founded.charter != charter.digest:
        raise NotFounded(
            f"{charter_file(home)} is not the charter of the square in this database, whose SHA-256 is "
            f"{founded.charter}: put that text back, to the letter. Its law changes by votes, and never in this file"
        )
    try:
        key = read_keys(home)[0]
    except BadKey as error:
        raise NotFounded(str(error)) from error
    if key.name != founded.origin:
        raise NotFounded(f"the key in {home} is that of {key.name}, and the database of {founded.origin}: {_OTHER}")
    return founded


async def _founded(tx: Tx) -> members.Square | None:
    if await pending(tx):
        raise NotFounded("the tables of this database are not those of this program: run `isegoria migrate` first")
    return await value_of(tx, members.Square, SQUARE)
