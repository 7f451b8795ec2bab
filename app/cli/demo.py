"""`isegoria demo`: found a demonstration square and let its people play an hour and a half."""

import asyncio
import os
import time

import rich_click as click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from app.cli import Unable
from app.clock import SetClock, SystemClock
from app.config import Config, read_config
from app.demo.cast import EVERYONE
from app.demo.charter import demonstration_charter
from app.demo.stage import MINUTE, Stage
from app.demo.story import LENGTH, Rules, play
from app.durable import write_durably
from app.founding import AlreadyFounded, Founded, default_origin, found
from app.resources import policy_text
from app.running import open_square
from app.signer import Signer
from app.store.engines import Unavailable, connect, migrate
from app.store.rules import versions_at
from governance.charter import read_charter

NAME = "Isegoria"


@click.command(name="demo")
def command() -> None:
    """Found a demonstration square, with people, cases and votes; its terms count in minutes."""
    config = read_config(os.environ)
    began = time.monotonic()
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    try:
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            progress.add_task("A small town founds its square and lives in it for an hour and a half …")
            asyncio.run(make(config))
    except (AlreadyFounded, Unavailable) as error:
        raise Unable(str(error)) from error
    click.echo(
        f"The demonstration is ready after {time.monotonic() - began:.0f} s. Its people: {config.home / 'demo.txt'}"
    )


async def make(config: Config) -> None:
    """Found the square with a clock that is set back, play the story, and write down who is who."""
    charter = read_charter(demonstration_charter(policy_text()))
    clock = SetClock(SystemClock().now() - LENGTH * MINUTE)
    await migrate(config)
    database = await connect(config)
    try:
        founded = await found(config, database, clock, charter, NAME, default_origin("demonstration"))
    finally:
        await database.close()
    async with open_square(config, clock) as square:
        signer = Signer(square.database, config.home, square.clock)
        await signer.check_fuse()
        stage = Stage(square, clock, signer)
        await stage.enter()
        versions = await square.database.read(lambda tx: versions_at(tx, clock.now()))
        await play(stage, Rules({version.label: version.rule for version in versions}, charter.rules))
    _write_people(config, founded, stage)


def _write_people(config: Config, founded: Founded, stage: Stage) -> None:
    """Names and passwords, for whoever owns this machine alone: the square listens nowhere else."""
    rows = [(founded.steward, founded.password, "steward: grants the office of moderator")]
    rows += [(person.handle, stage.passwords[person.handle], person.part) for person in EVERYONE]
    lines = [f"{handle:<10} {password:<26} {part}" for handle, password, part in rows]
    head = "The people of this demonstration: handle, password, and what one can try as them.\n\n"
    write_durably(config.home / "demo.txt", (head + "\n".join(lines) + "\n").encode(), 0o600)
