"""`isegoria migrate`: bring the database's tables up to date."""

import asyncio
import os

import rich_click as click

from app.cli import Unable
from app.config import read_config
from app.store.engines import Unavailable, migrate


@click.command(name="migrate")
def command() -> None:
    """Bring the tables up to date; safe to run twice, and by two at once."""
    try:
        applied = asyncio.run(migrate(read_config(os.environ)))
    except Unavailable as error:
        raise Unable(str(error)) from error
    for name in applied:
        click.echo(f"applied {name}")
    if not applied:
        click.echo("the tables are up to date")
