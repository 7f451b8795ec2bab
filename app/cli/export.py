"""`isegoria export`: bring what a square holds into forms that others fixed."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator

import msgspec
import rich_click as click

from app.cli import Unable
from app.cli._database import existing_database
from app.config import Config, read_config
from app.exports.dsa import Piece, batches
from app.store.engines import Unavailable


@click.group(name="export")
def command() -> None:
    """Bring what this square holds into forms that others fixed."""


@command.command()
@click.option("--after", type=click.IntRange(0), default=0, metavar="ENTRY", help="Only decisions after this entry.")
@click.option("--url", metavar="URL", help="The square's address; by default ISEGORIA_PUBLIC_URL.")
@click.option("--reasons", is_flag=True, help="Send the moderators' own words too. Read them before: see below.")
def dsa(after: int, url: str | None, *, reasons: bool) -> None:
    """Print statements of reasons in the exact shape of the EU's transparency database (DSA, article 24(5)).

    Every decision that restricted something is one statement. Each line printed is the body of one request, at most a
    hundred statements; on standard error the last entry is named, from which to go on next time with --after.

    The database takes no personal data. So a statement tells the rule, its elements and the address of the case; with
    --reasons it tells the moderator's reasons as well, and you have to see that they name nobody.
    """
    config = read_config(os.environ)
    address = (url or config.public_url or "").rstrip("/")
    if not address.startswith(("https://", "http://")):
        raise Unable("a statement links to the rule and the case: give --url, or set ISEGORIA_PUBLIC_URL")
    try:
        asyncio.run(_print(config, address, after, reasons=reasons))
    except Unavailable as error:
        raise Unable(str(error)) from error


async def _print(config: Config, url: str, after: int, *, reasons: bool) -> None:
    async with existing_database(config) as database:
        statements, last = await _lines(batches(database, url, after, reasons=reasons), after)
    click.echo(f"{statements} statements; go on next time with --after {last}", err=True)


async def _lines(pieces: AsyncIterator[Piece], after: int) -> tuple[int, int]:
    statements, last = 0, after
    async for piece in pieces:
        if piece.batch.statements:
            sys.stdout.buffer.write(msgspec.json.encode(piece.batch) + b"\n")
        statements, last = statements + len(piece.batch.statements), piece.last
    sys.stdout.buffer.flush()
    return statements, last
