"""`isegoria audit`: verify a ledger from outside, replay its law and recompute every check."""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from app.auditor import Question, Report, Seen, run_audit
from app.cli import Unable
from app.cli._report import print_report
from app.clock import SystemClock
from ledger.errors import Malformed
from ledger.note import VerifierKey

LATEST = 2**53 - 1
"""The latest time that an entry can have, Unix ms."""


def _key(_ctx: click.Context, _param: click.Parameter, value: str | None) -> VerifierKey | None:
    try:
        return None if value is None else VerifierKey.parse(value.strip())
    except Malformed as error:
        why = f"{error}. A key is one line, name+id+base64, as `isegoria key show` prints it."
        raise click.BadParameter(why) from error


def _time(_ctx: click.Context, _param: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    text = value.strip()
    try:
        at = int(text) if text.isascii() and text.isdigit() else _ms_of(datetime.fromisoformat(text))
    except (ValueError, OverflowError) as error:
        why = f"{text} is no time: write 2026-11-22T05:44:00Z, or Unix milliseconds."
        raise click.BadParameter(why) from error
    if not 0 < at <= LATEST:
        raise click.BadParameter(f"{text} is no time that an entry can have.")
    return at


def _ms_of(moment: datetime) -> int:
    """Unix ms of a moment, in UTC where it names no zone."""
    known = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return int(known.timestamp() * 1000)


@click.command("audit", short_help="Verify a ledger and replay its law.")
@click.argument("where", metavar="URL|DIR")
@click.option(
    "--key",
    metavar="KEY",
    callback=_key,
    help="The verifier key to believe. Without it the one that the square shows is used.",
)
@click.option(
    "--from", "since", type=click.IntRange(0), default=0, metavar="N", help="Replay everything, judge from entry N on."
)
@click.option(
    "--at",
    metavar="TIME",
    callback=_time,
    help="The time at which open dates are judged: ISO or Unix ms. By default now.",
)
@click.option(
    "--checkpoint",
    "seen",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A checkpoint that you have from before: the ledger must begin with it. May be given several times.",
)
@click.option("--copy", is_flag=True, help="The address serves a copy of the ledger and no square: leave out check C1.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(
    ctx: click.Context,
    where: str,
    key: VerifierKey | None,
    since: int,
    at: int | None,
    seen: tuple[Path, ...],
    copy: bool,
    as_json: bool,
) -> None:
    """Verify a square's whole ledger, from its address or from a folder, and believe nothing of it.

    Every leaf, tile, root and signature is recomputed, the law is replayed with the functions that the square itself
    uses, every vote is recounted, and every check that an outsider can make is made.

    Exit codes: 0 everything holds; 1 a violation was found; 2 it could not be verified; 3 two signed views of one
    ledger contradict each other.
    """
    known = tuple(Seen(str(path), _read(path)) for path in seen)
    question = Question(where=where, key=key, since=since, at=at, seen=known, copy=copy)
    with _no_verdict_from_a_crash():
        report = _run(question)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(report), indent=2).decode())
    else:
        print_report(report, Console(highlight=False, soft_wrap=True))
    ctx.exit(report.exit)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unable(f"{path} cannot be read: {error.strerror}") from error


@contextmanager
def _no_verdict_from_a_crash() -> Iterator[None]:
    """An interpreter that dies of a mistake of ours exits 1, which here means a violation: make that 2.

    Whoever interrupts the audit gets 130, as of any other program.
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


def _run(question: Question) -> Report:
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
        return run_audit(question, SystemClock(), tell)
