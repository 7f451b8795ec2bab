"""`isegoria monitor`: look at a ledger again and again, and remember what it showed."""

import re
import time
from datetime import UTC, datetime
from pathlib import Path

import rich_click as click
from rich.console import Console
from rich.text import Text

from app.auditor.monitor import Look, Watch, look
from app.auditor.report import Exit
from app.cli import Unable
from app.cli._running import no_verdict_from_a_crash, print_json, progress, the_key
from app.clock import SystemClock
from governance.audit import TOLERANCE
from ledger.note import VerifierKey

_UNITS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_STYLES = ("green", "bold red", "bold yellow", "bold red")


def _span(_ctx: click.Context, _param: click.Parameter, value: str | None) -> int | None:
    """A span of time as ms."""
    if value is None:
        return None
    found = re.fullmatch(r"([0-9]{1,9})([smhd])", value.strip())
    if found is None:
        raise click.BadParameter(f"{value} is no span of time: write 90s, 5m, 1h or 2d.")
    return int(found[1]) * _UNITS[found[2]]


@click.command("monitor", short_help="Watch a ledger and remember what it showed.")
@click.argument("where", metavar="URL|DIR")
@click.option(
    "--memory",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder in which to remember; it is made at the first look.",
)
@click.option(
    "--key", metavar="KEY", callback=the_key, help="The verifier key to believe, at the first look; then remembered."
)
@click.option(
    "--every", metavar="SPAN", callback=_span, help="Look again after this long, such as 60s or 5m, for ever."
)
@click.option("--once", is_flag=True, help="Look once; that is so without --every as well.")
@click.option(
    "--compare",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="What somebody else was shown: a checkpoint, the memory of a monitor, a copy. May be given several times.",
)
@click.option(
    "--tolerance",
    metavar="SPAN",
    callback=_span,
    help="How far the time of an entry may lie outside what was seen; 60s by default.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document for each look.")
@click.pass_context
def command(
    ctx: click.Context,
    where: str,
    memory: Path,
    key: VerifierKey | None,
    every: int | None,
    once: bool,
    compare: tuple[Path, ...],
    tolerance: int | None,
    as_json: bool,
) -> None:
    """Look at the ledger of a square, at its address or in a folder, and hold it against all that it showed before.

    Every checkpoint is remembered, with the time at which it was seen. Only what is new is read. With --every it goes
    on until something is wrong; a square that does not answer is asked again.

    Exit codes: 0 all is as it was seen before; 1 a violation was found; 2 it could not be verified, the log went back,
    or is another one; 3 two signed views of one ledger contradict each other.
    """
    if once and every is not None:
        raise click.UsageError("--once and --every exclude each other.")
    watch = Watch(where, memory, key, compare, TOLERANCE if tolerance is None else tolerance)
    with no_verdict_from_a_crash():
        while True:
            seen = _look(watch)
            if as_json:
                print_json(seen, lines=every is not None)
            else:
                _print(seen)
            if every is None or not (seen.exit == Exit.HOLDS or seen.unreachable):
                break
            time.sleep(every / 1000)
    ctx.exit(seen.exit)


def _look(watch: Watch) -> Look:
    try:
        with progress() as tell:
            return look(watch, SystemClock(), tell)
    except OSError as error:
        raise Unable(f"the memory in {watch.memory} cannot be written: {error}") from error


def _print(seen: Look) -> None:
    console = Console(highlight=False, soft_wrap=True)
    at = datetime.fromtimestamp(seen.at / 1000, UTC)
    for words in seen.words:
        line = Text.assemble((f"{at:%Y-%m-%d %H:%M:%S}Z  ", "dim"), (seen.verdict, _STYLES[seen.exit]), f"  {words}")
        console.print(line)
    for pair in seen.two_views:
        for view in pair:
            console.print(Text(f"\n{view.name} ({view.size} entries, root {view.root})\n{view.note}"))
