"""`isegoria key`: the keys that sign the ledger."""

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

import rich_click as click

from app.cli import Unable
from app.clock import SystemClock
from app.config import Config, read_config
from app.homes import NotFounded
from app.keyring import BadKey, keys_in, next_key_file
from app.record import Frozen
from app.rotating import CannotRotate, Rotated, Signing, make_next, rotate, signing
from app.running import open_square
from app.square import Square
from app.store.engines import OutcomeUnknown, Unavailable, connect
from app.store.schema import pending
from governance.errors import Refused
from governance.keys import NEVER_ROTATED, Keys
from governance.terms import size_of

T = TypeVar("T")


@click.group(name="key")
def command() -> None:
    """The keys that sign the ledger."""


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(*, as_json: bool) -> None:
    """Print the ledger's verifier key as one line; while two sign both, the one to publish first."""
    config = read_config(os.environ)
    try:
        shown = signing(config.home, asyncio.run(_rotations(config)), SystemClock().now())
    except (BadKey, Unavailable) as error:
        raise Unable(str(error)) from error
    if as_json:
        lines = [{"key": one.key.format(), "since": one.since, "until": one.until} for one in shown]
        click.echo(json.dumps({"keys": lines}))
        return
    for one in shown:
        click.echo(one.key.format())
        if len(shown) > 1:
            click.echo(_told(one), err=True)


@command.command()
def new() -> None:
    """Make the key that is to follow, without naming it yet, and print its verifier key.

    `isegoria key rotate` then names it. In between, copy its file to every machine that serves the square.
    """
    config = read_config(os.environ)
    try:
        made = make_next(config.home, asyncio.run(_rotations(config))).verifier
    except (BadKey, OSError, Unavailable) as error:
        raise Unable(str(error)) from error
    click.echo(made.format())
    click.echo(f"Its seed is {next_key_file(config.home, made)}. Next: isegoria key rotate", err=True)


@command.command(name="rotate")
@click.option("--overlap", default="30d", show_default=True, help="How long both keys sign, such as 30d or 12h.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def rotate_(overlap: str, *, as_json: bool) -> None:
    """Give the ledger another key, in the steward's name: from now on both sign, and after a while the new one alone.

    The running square goes over by itself, and so does an audit by whoever knows the old key.
    """
    if re.fullmatch("[1-9][0-9]{0,5}[smhd]", overlap) is None:
        raise click.BadParameter(f"{overlap} is no span of time: write 30d, 12h or 10m", param_hint="--overlap")
    done = _run(lambda square: rotate(square, int(size_of(overlap))))
    if as_json:
        keys = {"old": done.old.format(), "new": done.new.format()}
        click.echo(json.dumps({"entry": done.entry, **keys, "until": done.until}))
        return
    click.echo(done.new.format())
    click.echo(_advice(done), err=True)


def _advice(done: Rotated) -> str:
    home = read_config(os.environ).home
    return (
        f"Entry {done.entry} names this key. Publish it where the old one stands, beside it until {_day(done.until)}, "
        "alone after that.\n"
        f"Its seed is {next_key_file(home, done.new)}: keep a copy where you keep the old one's, and put one on every "
        "machine that serves the square.\n"
        f"After {_day(done.until)} the old seed signs nothing more, and its file can be deleted."
    )


def _told(one: Signing) -> str:
    since = "from the first checkpoint on" if one.since < 0 else f"from entry {one.since} on"
    return f"  signs {since}, until {_day(one.until)}" if one.until else f"  signs {since}; publish this one"


def _day(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M} UTC"


async def _rotations(config: Config) -> Keys:
    """What the ledger says; before the founding, and where there is no database, no key was ever changed."""
    if config.sqlite_file is not None and not config.sqlite_file.exists():
        return NEVER_ROTATED
    database = await connect(config)
    try:
        return NEVER_ROTATED if await database.read(pending) else await database.read(keys_in)
    finally:
        await database.close()


def _run(work: Callable[[Square], Awaitable[T]]) -> T:
    async def inside() -> T:
        async with open_square(read_config(os.environ), SystemClock()) as square:
            return await work(square)

    try:
        return asyncio.run(inside())
    except Frozen as error:
        raise Unable(f"the ledger is frozen, and records nothing: {error}") from error
    except OutcomeUnknown as error:
        raise Unable(f"{error}: see with `isegoria key show` whether it was done") from error
    except (BadKey, CannotRotate, NotFounded, OSError, Refused, Unavailable) as error:
        raise Unable(str(error)) from error
