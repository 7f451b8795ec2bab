"""What the auditor's commands have in common: the key, a progress bar, JSON, and no verdict from a crash."""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from app.auditor.report import Progress as Tell
from ledger.cosignature import WitnessKey
from ledger.errors import Malformed
from ledger.note import VerifierKey


def the_key(_ctx: click.Context, _param: click.Parameter, value: str | None) -> VerifierKey | None:
    """The value of --key as a key."""
    try:
        return None if value is None else VerifierKey.parse(value.strip())
    except Malformed as error:
        why = f"{error}. A key is one line, name+id+base64, as `isegoria key show` prints it."
        raise click.BadParameter(why) from error


def the_witnesses(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[WitnessKey, ...]:
    """The values of --witness as keys."""
    try:
        return tuple(WitnessKey.parse(value.strip()) for value in values)
    except Malformed as error:
        raise click.BadParameter(f"{error}. `isegoria witness show` prints the key of a witness.") from error


@contextmanager
def progress() -> Iterator[Tell]:
    """A bar for each thing that is told of, where there is a terminal to show it on."""
    console = Console(stderr=True)
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    tasks: dict[str, TaskID] = {}

    def tell(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = bars.add_task(what, total=None)
        bars.update(tasks[what], completed=done, total=total or None)

    with bars:
        yield tell


def print_json(document: msgspec.Struct, *, lines: bool = False) -> None:
    """Print one JSON document, on one line where many are to follow each other."""
    data = msgspec.json.encode(document)
    click.echo((data if lines else msgspec.json.format(data, indent=2)).decode())
    sys.stdout.flush()


@contextmanager
def no_verdict_from_a_crash() -> Iterator[None]:
    """An interpreter that dies of a mistake of ours exits 1, which here means a violation: make that 2.

    Whoever interrupts a command gets 130, as of any other program.
    """
    ended = False
    try:
        yield
        ended = True
    finally:
        error = sys.exc_info()[1]
        if isinstance(error, KeyboardInterrupt):
            raise SystemExit(130)
        if not ended and not isinstance(error, click.ClickException):
            traceback.print_exc()
            raise SystemExit(2)
