"""`isegoria import`: bring a conversation that was held elsewhere into a square."""

import asyncio
import json
import os
from collections import Counter
from pathlib import Path

import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.cli import Unable
from app.clock import SystemClock
from app.config import Config, read_config
from app.homes import NotFounded
from app.imports.polis import HandleUnavailable, Writer
from app.imports.polis_cases import CannotTakeOver, Cases
from app.imports.polis_files import Export, NotAnExport, read_export
from app.imports.polis_summary import Difference, Figures, differences, figures_in
from app.running import open_square
from app.store.engines import Unavailable, migrate
from governance.errors import Refused

SHOWN = 50
"""Bad rows that are named one by one; of more the number is told."""


@click.group(name="import")
def command() -> None:
    """Bring a conversation that was held elsewhere into this square."""


@command.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--skip-bad", is_flag=True, help="Leave out rows that cannot be used, instead of stopping at them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def polis(folder: Path, *, skip_bad: bool, as_json: bool) -> None:
    """Import the Polis export in FOLDER, into a square that may be served meanwhile.

    Reads everything first and stops at bad rows, with nothing written. Run again after an interruption: it goes on.
    """
    config = read_config(os.environ)
    try:
        export = read_export(folder)
        _tell_bad(export)
        if export.bad and not skip_bad:
            raise Unable(f"{len(export.bad)} rows cannot be used; nothing was written. Mend them, or use --skip-bad.")
        figures = asyncio.run(_write(config, export))
    except ExceptionGroup as several:
        raise Unable(str(several.exceptions[0])) from several
    except (NotAnExport, HandleUnavailable, CannotTakeOver, NotFounded, Refused, Unavailable) as error:
        raise Unable(str(error)) from error
    _close(export, figures, as_json=as_json)


async def _write(config: Config, export: Export) -> Figures:
    await migrate(config)
    totals = {
        "guests": len(export.people) + 1,
        "comments": len(export.comments),
        "ballots": export.ballot_count,
        "cases": sum(1 for comment in export.comments.values() if comment.taken_down),
    }
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        tasks = {step: progress.add_task(step, total=total) for step, total in totals.items()}
        async with open_square(config, SystemClock()) as square:
            writer = Writer(square, export, lambda step, n: progress.advance(tasks[step], n))
            await writer.write()
            await Cases(writer).write()
            return await square.database.read(lambda tx: figures_in(tx, writer))


def _tell_bad(export: Export) -> None:
    for bad in export.bad[:SHOWN]:
        click.echo(str(bad), err=True)
    if len(export.bad) > SHOWN:
        click.echo(f"… and {len(export.bad) - SHOWN} more", err=True)


def _close(export: Export, figures: Figures, *, as_json: bool) -> None:
    """Say what stands in the square now, and where the source's own figures say otherwise."""
    found = differences(export)
    wrong = figures.wrong_against(export)
    if as_json:
        document = {
            "comments": figures.comments,
            "vote_rows": export.vote_rows,
            "ballots": figures.ballots,
            "taken_down": figures.taken_down,
            "people": figures.people,
            "skipped": len(export.bad),
            "differences": [{"where": one.where, "says": one.says, "is": one.is_, "why": one.why} for one in found],
        }
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        _print(export, figures, found)
    if wrong:
        raise Unable(f"what was written is not what the files hold: {wrong}")


def _print(export: Export, figures: Figures, found: list[Difference]) -> None:
    console = Console()
    table = Table("", "in the files", "in the square", title=export.summary.get("topic", export.name))
    taken_down = sum(1 for comment in export.comments.values() if comment.taken_down)
    for name, there, here in (
        ("comments", len(export.comments), figures.comments),
        ("vote rows", export.vote_rows, None),
        ("ballots (each person's last vote on a comment)", export.ballot_count, figures.ballots),
        ("taken down, and folded here", taken_down, figures.taken_down),
        ("people", len(export.people), figures.people),
    ):
        table.add_row(name, f"{there:,}", "" if here is None else f"{here:,}")
    console.print(table)
    if export.bad:
        console.print(f"{len(export.bad)} bad rows were left out.")
    columns = Counter(one.why for one in found if one.is_column)
    for one in found:
        if not one.is_column:
            console.print(f"{one.where} says {one.says}, and there are {one.is_}: {one.why}.", highlight=False)
    for why, count in columns.items():
        rows = [one for one in found if one.is_column and one.why == why]
        console.print(
            f"In {count} places the columns agrees and disagrees claim {sum(one.says for one in rows):,} instead of "
            f"{sum(one.is_ for one in rows):,}: {why}.",
            highlight=False,
        )
