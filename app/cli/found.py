"""`isegoria found`: found a square."""

import asyncio
import json
import os
import socket
from pathlib import Path

import rich_click as click
from rich.console import Console

from app.cli import Unable
from app.clock import SystemClock
from app.config import Config, read_config
from app.founding import AlreadyFounded, Founded, Naming, default_origin, found
from app.resources import policy_text
from app.store.engines import Unavailable, connect, migrate
from governance.charter import BadCharter, Charter, read_charter
from governance.errors import Refused
from ledger.checkpoint import open_checkpoint
from ledger.errors import Malformed, ProofInvalid
from ledger.note import VerifierKey


@click.command(name="found")
@click.option("--name", default="Isegoria", show_default=True, help="What the square is called.")
@click.option("--origin", help="The ledger's name, for ever; by default <hostname>/isegoria-<8 hex>.")
@click.option("--charter", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="By default POLICY.md.")
@click.option(
    "--continues",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The last checkpoint of a ledger whose key was lost or stolen, and which this one continues.",
)
@click.option("--old-key", metavar="KEY", help="The verifier key of the ledger that is continued.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(
    name: str,
    origin: str | None,
    charter: Path | None,
    continues: Path | None,
    old_key: str | None,
    *,
    as_json: bool,
) -> None:
    """Found a square: its key, its charter and its founding entries. Asks nothing."""
    before = _last_of(continues, old_key)
    try:
        law = read_charter(charter.read_text() if charter else policy_text())
        naming = Naming(name, origin or default_origin(socket.gethostname()), before)
        founded = asyncio.run(_found(read_config(os.environ), law, naming))
    except (AlreadyFounded, BadCharter, Refused, Unavailable) as error:
        raise Unable(str(error)) from error
    if as_json:
        click.echo(json.dumps({"key": founded.key.format(), "steward": founded.steward, "password": founded.password}))
        return
    _tell(founded)


def _last_of(continues: Path | None, old_key: str | None) -> str:
    """The last checkpoint of the ledger before, held against its key."""
    if continues is None and old_key is None:
        return ""
    if continues is None or old_key is None:
        raise click.UsageError("--continues and --old-key belong together: the checkpoint, and the key that signed it")
    try:
        note = continues.read_bytes()
        open_checkpoint(note, [VerifierKey.parse(old_key.strip())])
        return note.decode()
    except (Malformed, OSError, ProofInvalid, UnicodeDecodeError) as error:
        raise Unable(f"{continues} is no checkpoint that the key {old_key} has signed: {error}") from error


async def _found(config: Config, law: Charter, naming: Naming) -> Founded:
    await migrate(config)
    database = await connect(config)
    try:
        return await found(config, database, SystemClock(), law, naming.name, naming.origin, naming.continues)
    finally:
        await database.close()


def _tell(founded: Founded) -> None:
    console = Console()
    console.print(f"The square is founded, with {founded.entries} entries.", highlight=False)
    console.print("Publish this key where others look for it, such as DNS or a repository:", highlight=False)
    click.echo(founded.key.format())
    console.print(
        f"The steward signs in as [b]{founded.steward}[/b] with the password [b]{founded.password}[/b] "
        "(shown once; change it in the settings).",
        highlight=False,
        soft_wrap=True,
    )
    console.print("Next: isegoria serve", highlight=False)
