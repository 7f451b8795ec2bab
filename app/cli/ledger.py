"""`isegoria ledger`: how far the ledger goes, freezing it, and letting it go on."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urlsplit

import rich_click as click
from msgspec import Struct

from app.cli import Unable
from app.cli._database import existing_database
from app.clock import SystemClock
from app.config import Config, read_config
from app.freezing import CannotFreeze, NotSound, freeze_by_hand, reason_of, unfreeze_by_hand
from app.keyring import BadKey
from app.signer import FuseBlown
from app.store.engines import Database, Tx, Unavailable
from app.store.ledger import latest_checkpoint, read_head

T = TypeVar("T")

UNSOUND = 1
TWO_VIEWS = 3
SHOWN = 20
"""Faults that are printed; `isegoria fsck` lists them all."""


class _State(Struct, frozen=True):
    """`signed_at` is Unix ms, 0 where nothing was signed."""

    size: int
    signed: int
    signed_at: int
    frozen: str


@click.group(name="ledger")
def command() -> None:
    """How far the ledger goes; freeze it, and let it go on."""


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(*, as_json: bool) -> None:
    """Print how many entries there are, how many are signed since when, and whether the ledger is frozen."""
    state = _run(lambda database, _: database.read(_look))
    if as_json:
        told = {"size": state.size, "signed": state.signed, "signed_at": state.signed_at, "frozen": state.frozen}
        click.echo(json.dumps(told))
        return
    at = f", at {datetime.fromtimestamp(state.signed_at / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC" if state.signed else ""
    click.echo(f"{state.size} entries, {state.signed} of them signed{at}")
    click.echo(f"frozen: {state.frozen}" if state.frozen else "not frozen")


async def _look(tx: Tx) -> _State:
    head, latest = await read_head(tx), await latest_checkpoint(tx)
    return _State(head.size, latest.size if latest else 0, latest.at if latest else 0, head.frozen)


@command.command()
@click.option("--why", required=True, help="What everybody is told who asks for something.")
@click.option("--moved-to", metavar="URL", default="", help="Where the square goes on.")
def freeze(why: str, moved_to: str) -> None:
    """Freeze the ledger: pages are read on, nothing is recorded or signed, and every refusal says why.

    Where it is frozen already, the new words are added to what was found.
    """
    words = " ".join(why.split())
    if not words:
        raise click.BadParameter("say why: everybody reads it", param_hint="--why")
    if moved_to and (urlsplit(moved_to).scheme not in ("http", "https") or not urlsplit(moved_to).hostname):
        raise click.BadParameter(f"{moved_to} is no address that begins with https://", param_hint="--moved-to")
    said = _run(lambda database, _: freeze_by_hand(database, reason_of(words, moved_to)))
    click.echo(f"The ledger is frozen: {said}")


@command.command()
@click.pass_context
def unfreeze(ctx: click.Context) -> None:
    """Let a frozen ledger go on, if the fuse holds and every row of the tree is what the entries make it.

    Exit codes: 0 it goes on; 1 rows are wrong, 2 it could not be tried, 3 the ledger is not the one that was signed.
    """
    try:
        frozen = _run(lambda database, config: unfreeze_by_hand(database, config.home, SystemClock(), lambda *_: None))
    except FuseBlown as error:
        click.echo(f"Refusing to unfreeze: {error}", err=True)
        ctx.exit(TWO_VIEWS)
    except NotSound as error:
        click.echo(f"Refusing to unfreeze: {error}.", err=True)
        for fault in error.faults[:SHOWN]:
            where = " ".join(filter(None, (fault.table, fault.row, ", ".join(fault.columns))))
            click.echo(f"  {where}: {fault.what}", err=True)
        ctx.exit(UNSOUND)
    click.echo(f"The ledger goes on. It was frozen: {frozen}")


def _run(work: Callable[[Database, Config], Awaitable[T]]) -> T:
    config = read_config(os.environ)

    async def inside() -> T:
        async with existing_database(config) as database:
            return await work(database, config)

    try:
        return asyncio.run(inside())
    except (BadKey, CannotFreeze, Unavailable) as error:
        raise Unable(str(error)) from error
