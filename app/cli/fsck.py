"""`isegoria fsck`: compare the database with its ledger, row by row."""

import asyncio
import os

import msgspec
import rich_click as click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from app.cli import Unable
from app.cli._database import existing_database
from app.config import Config, read_config
from app.fsck import Report, compare
from app.store.engines import Database, Unavailable

SHOWN = 50
"""Faults that are printed; all that were kept are in the JSON."""

_STAGES = {"ledger": "the tree", "law": "the law", "values": "governed values", "boxes": "ballot boxes"}


@click.command("fsck", short_help="Compare the database with its ledger.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """Replay the ledger and compare every row that follows from it with the database, beside a running server or not.

    Exit codes: 0 every row is what the ledger makes it, 1 a fault was found, 2 something could not be checked.
    """
    try:
        report = asyncio.run(_run(read_config(os.environ), quiet=as_json))
    except Unavailable as error:
        raise Unable(str(error)) from error
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(_as_json(report))).decode())
    else:
        _print(report, Console(soft_wrap=True))
    ctx.exit(report.exit_code)


async def _run(config: Config, *, quiet: bool) -> Report:
    async with existing_database(config) as database:
        return await _with_progress(database, config, quiet=quiet)


async def _with_progress(database: Database, config: Config, *, quiet: bool) -> Report:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as progress:
        tasks: dict[str, TaskID] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(_STAGES[stage], total=total)
            progress.update(tasks[stage], completed=done, total=total)

        return await compare(database, config.home, tell)


def _as_json(report: Report) -> dict[str, object]:
    return {"sound": report.exit_code == 0, **msgspec.structs.asdict(report)}


def _print(report: Report, console: Console) -> None:
    console.print(f"{report.size} entries, root {report.root}", highlight=False)
    table = Table("table", "rows compared", title="What was compared", title_justify="left")
    for name, rows in sorted(report.compared.items()):
        table.add_row(name, str(rows))
    console.print(table)
    if report.missing_count:
        console.print(
            f"{report.missing_count} commitments have no opening, as entries say that erased them.", highlight=False
        )
    for what in report.unchecked:
        console.print(f"[bold yellow]NOT CHECKED[/]  {escape(what)}", highlight=False)
    for fault in report.faults[:SHOWN]:
        where = " ".join(filter(None, (fault.table, fault.row, ", ".join(fault.columns))))
        console.print(f"[bold red]FAULT[/]  [bold]{escape(where)}[/]  {escape(fault.what)}", highlight=False)
    if report.fault_count > SHOWN:
        console.print(f"… and {report.fault_count - SHOWN} more; --json lists them", highlight=False)
    console.print(_verdict(report), highlight=False)


def _verdict(report: Report) -> str:
    if report.fault_count:
        return f"[bold red]{report.fault_count} faults: the database is not what its ledger makes it.[/]"
    if report.unchecked:
        return "[bold yellow]No fault was found, but not everything could be checked.[/]"
    return "[bold green]Every row is what the ledger makes it.[/]"
