"""`isegoria verify`: check one proof, or one ballot, without believing anybody but a key."""

from datetime import UTC, datetime
from pathlib import Path

import rich_click as click
from rich.console import Console
from rich.text import Text

from app.auditor.receipts import Found, decode_receipt, find_ballot, prove_ballot
from app.auditor.verifying import Verified, verify_proof
from app.auditor.views import Stopped
from app.cli import Unable
from app.cli._running import no_verdict_from_a_crash, print_json, the_key, the_witnesses
from ledger.cosignature import WitnessKey
from ledger.errors import Malformed
from ledger.note import VerifierKey

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_STYLES = ("bold green", "bold red", "bold yellow", "bold red")


@click.command("verify", short_help="Check the proof of an entry, or the receipt of a ballot.")
@click.argument("proof", type=_FILE, required=False)
@click.option("--key", metavar="KEY", callback=the_key, required=True, help="The verifier key to believe.")
@click.option(
    "--entry",
    metavar="FILE|DIR|URL",
    default="",
    help="The entry's bytes as /ledger/<index>/bytes serves them, the bundle that holds it, a copy of the ledger, or "
    "its address. By default the file entry-<index>.json beside the proof.",
)
@click.option(
    "--opening",
    "openings",
    type=_FILE,
    multiple=True,
    help="JSON with field, salt and value, as the square serves it: does it open a commitment of the entry?",
)
@click.option(
    "--witness",
    "witnesses",
    metavar="KEY",
    multiple=True,
    callback=the_witnesses,
    help="The key of a witness that must have cosigned the checkpoint of the proof. May be given several times.",
)
@click.option("--receipt", type=_FILE, help="The receipt of a ballot, as the square gave it: is it in the box?")
@click.option("--box", metavar="URL|DIR", default="", help="Where the ledger and the box of the receipt are read from.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(
    ctx: click.Context,
    proof: Path | None,
    key: VerifierKey,
    entry: str,
    openings: tuple[Path, ...],
    witnesses: tuple[WitnessKey, ...],
    receipt: Path | None,
    box: str,
    as_json: bool,
) -> None:
    """Check a proof (a .tlog-proof file) offline and say what its entry says, or look for a ballot in its box.

    A proof shows that whoever holds the key has signed a ledger with this entry in this place. It does not show that
    the act was right, or that others are shown the same ledger: audits and monitors do.

    With both, a receipt is held offline against the proof of its place in the box, which its page gives.

    Exit codes: 0 it holds; 1 the entry, an opening or the ballot is another one, or a cosignature does not
    hold; 2 it could not be verified.
    """
    if proof is None and receipt is None:
        raise click.UsageError("Give a proof, or a receipt with --receipt.")
    if (receipt is not None and proof is None) != bool(box):
        raise click.UsageError(
            "A receipt is held either against the proof of its place, or against a box: give one of the two. --box is "
            "the address of the square, or a folder with a copy."
        )
    if receipt is not None and witnesses:
        raise click.UsageError("--witness is for the proof of an entry, and not for a receipt.")
    with no_verdict_from_a_crash():
        if receipt is not None:
            done: Verified | Found = _find(proof, receipt, box, key)
        else:
            assert proof is not None, "either a proof or a receipt is given"
            done = _verify(proof, entry, openings, key, witnesses)
    if as_json:
        print_json(done)
    elif isinstance(done, Verified):
        _print_proof(done, Console(highlight=False, soft_wrap=True))
    else:
        _print_ballot(done, Console(highlight=False, soft_wrap=True))
    ctx.exit(done.exit)


def _verify(
    proof: Path, entry: str, openings: tuple[Path, ...], key: VerifierKey, witnesses: tuple[WitnessKey, ...]
) -> Verified:
    try:
        return verify_proof(proof, entry, openings, key, witnesses)
    except (Stopped, Malformed) as error:
        raise Unable(str(error)) from error


def _find(proof: Path | None, receipt: Path, box: str, key: VerifierKey) -> Found:
    try:
        asked = decode_receipt(receipt.read_bytes())
        return find_ballot(asked, box, key) if proof is None else prove_ballot(proof.read_bytes(), asked, key)
    except (Stopped, Malformed) as error:
        raise Unable(str(error)) from error


def _print_proof(done: Verified, console: Console) -> None:
    holds = f"Entry {done.index} is in the ledger {done.origin}."
    head = f"IT DOES NOT HOLD: {done.why}." if done.why else holds
    console.print(Text(head, style=_STYLES[done.exit]))
    lines = [("key", done.key), ("checkpoint", f"{done.size} entries, root {done.root}")]
    if done.exit == 0 or done.openings:
        at = datetime.fromtimestamp(done.at / 1000, UTC)
        act = f"{done.type}, by {done.by}, at {at:%Y-%m-%d %H:%M:%S} UTC" if done.type else "of a kind not known here"
        lines = [("says", done.says or done.entry), ("act", act), ("leaf", done.leaf), *lines]
    for name, value in lines:
        console.print(Text(f"{name:<11} {value}"))
    for one in done.openings:
        console.print(Text(f"{one.field:<11} {one.result}: {one.value}", style="" if one.result == "fits" else "red"))


def _print_ballot(done: Found, console: Console) -> None:
    console.print(Text(f"{done.why[0].upper()}{done.why[1:]}.", style=_STYLES[done.exit]))
    if done.size:
        kind = "closed and counted" if done.counted else "sealed"
        console.print(Text(f"box         vote {done.vote}, {kind} by entry {done.seal}, root {done.root}"))
    if done.counts is not None:
        named = (f"{name} {count}" for name, count in zip(done.named, done.counts, strict=True))
        console.print(Text(f"counts      {', '.join(named)}"))
    console.print(Text(f"ledger      {done.origin}, {done.signed} entries signed"))
    console.print(Text(f"key         {done.key}"))
