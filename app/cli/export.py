"""`isegoria export`: bring what a square holds into forms that others fixed."""

import asyncio
import csv
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from io import StringIO
from typing import Literal, get_args

import msgspec
import rich_click as click

from app.cli import Unable
from app.cli._database import existing_database
from app.config import Config, read_config
from app.exports.dsa import TOGETHER, Batch, Statement, pieces
from app.store.decided import last_before
from app.store.engines import Unavailable

Form = Literal["requests", "lines", "csv"]


@click.group(name="export")
def command() -> None:
    """Bring what this square holds into forms that others fixed."""


@command.command()
@click.option("--after", type=click.IntRange(0), default=0, metavar="ENTRY", help="Only decisions after this entry.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Only decisions made on this day or later (UTC), as 2026-11-23.",
)
@click.option("--url", metavar="URL", help="The square's address; by default ISEGORIA_PUBLIC_URL.")
@click.option("--reasons", is_flag=True, help="Send the moderators' own words too. Read them before: see below.")
@click.option(
    "--form",
    type=click.Choice(get_args(Form)),
    default="requests",
    show_default=True,
    help="Each line the body of one request, or one statement a line, or a table with the attributes as columns.",
)
def dsa(after: int, since: datetime | None, url: str | None, form: Form, *, reasons: bool) -> None:
    """Print statements of reasons in the exact shape of the EU's transparency database (DSA, article 24(5)).

    Every post or account that a decision restricted is one statement. Each line printed is the body of one request, at
    most a hundred statements; on standard error the last entry is named, from which to go on next time with --after.
    A decision that was reversed or lifted is told as it was made: the database takes no statement back.

    The database takes no personal data. So a statement tells the rule, its elements and the address of the case; with
    --reasons it tells the moderator's reasons as well, and you have to see that they name nobody.
    """
    config = read_config(os.environ)
    address = (url or config.public_url or "").rstrip("/")
    if not address.startswith(("https://", "http://")):
        raise Unable("a statement links to the rule and the case: give --url, or set ISEGORIA_PUBLIC_URL")
    begin = 0 if since is None else int(since.replace(tzinfo=UTC).timestamp() * 1000)
    try:
        asyncio.run(_print(config, address, after, begin, form, reasons=reasons))
    except Unavailable as error:
        raise Unable(str(error)) from error


async def _print(config: Config, url: str, after: int, since: int, form: Form, *, reasons: bool) -> None:
    async with existing_database(config) as database:
        after = max(after, await database.read(lambda tx: last_before(tx, since)))
        statements, last = 0, after
        if form == "csv":
            _put(_as_csv([list(Statement.__struct_encode_fields__)]))
        async for piece in pieces(database, url, after, reasons=reasons):
            for line in _lines(piece.statements, form):
                _put(line)
            statements, last = statements + len(piece.statements), piece.last
    sys.stdout.buffer.flush()
    click.echo(f"{statements} statements; go on next time with --after {last}", err=True)


def _lines(statements: Sequence[Statement], form: Form) -> list[bytes]:
    if form == "csv":
        return [_as_csv([[_cell(one, name) for name in Statement.__struct_fields__] for one in statements])]
    if form == "lines":
        return [msgspec.json.encode(one) + b"\n" for one in statements]
    parts = [tuple(statements[first : first + TOGETHER]) for first in range(0, len(statements), TOGETHER)]
    return [msgspec.json.encode(Batch(part)) + b"\n" for part in parts]


def _cell(statement: Statement, name: str) -> str:
    """An attribute in a table: several values as a JSON list, nothing as nothing."""
    value = getattr(statement, name)
    return "" if value is None else value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    written = StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue().encode()


def _put(line: bytes) -> None:
    sys.stdout.buffer.write(line)
