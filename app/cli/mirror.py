"""`isegoria mirror`: keep a copy of a square's ledger that any web server can serve."""

from pathlib import Path

import rich_click as click
from rich.console import Console
from rich.text import Text

from app.auditor.mirror import Mirrored, Request, mirror
from app.cli import Unable
from app.cli._running import no_verdict_from_a_crash, print_json, progress, the_key
from ledger.note import VerifierKey

_STYLES = ("bold green", "bold red", "bold yellow", "bold red")


@click.command("mirror", short_help="Keep a copy of a ledger that any web server can serve.")
@click.argument("where", metavar="URL|DIR")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--key",
    metavar="KEY",
    callback=the_key,
    help="The verifier key to believe. Without it the one of the copy, and at first the one that the square shows.",
)
@click.option(
    "--whole", is_flag=True, help="Read the copy again from its first byte, and fetch anew what is missing or damaged."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(ctx: click.Context, where: str, folder: Path, key: VerifierKey | None, whole: bool, as_json: bool) -> None:
    """Copy the ledger of a square, or of another copy, into a folder: its tiles, boxes, public openings and charter.

    Everything is verified before it is shown; the checkpoint is written last. What is there is not fetched again, and
    what was interrupted goes on. Serve the folder with any web server, and audit it like the square itself.

    Exit codes: 0 the copy is what the square signs; 1 a violation was found, 2 the square could not be verified or went
    back, 3 it signed two views: in all three the copy stays as it was.
    """
    with no_verdict_from_a_crash():
        done = _mirror(Request(where, folder, key, whole))
    if as_json:
        print_json(done)
    else:
        _print(done, Console(highlight=False, soft_wrap=True))
    ctx.exit(done.exit)


def _mirror(request: Request) -> Mirrored:
    try:
        with progress() as tell:
            return mirror(request, tell)
    except OSError as error:
        raise Unable(f"the copy in {request.folder} cannot be written: {error}") from error


def _print(done: Mirrored, console: Console) -> None:
    for words in done.words:
        console.print(Text(words, style=_STYLES[done.exit] if words == done.words[-1] else "bold yellow"))
    for pair in done.two_views:
        for view in pair:
            console.print(Text(f"\n{view.name} ({view.size} entries, root {view.root})\n{view.note}"))
    if done.size:
        console.print(Text(f"{done.folder}: {done.size} entries of {done.origin}, root {done.root}"))
    fetched = f"{done.files} files fetched, {done.bytes:,} bytes, in {done.seconds:.1f} s"
    console.print(Text(f"{fetched} (exit code {done.exit})", "dim"))
