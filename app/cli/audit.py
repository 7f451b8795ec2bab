"""`isegoria audit`: verify a ledger from outside, replay its law and recompute every check."""

from datetime import UTC, datetime
from pathlib import Path

import rich_click as click
from rich.console import Console

from app.auditor import Question, Report, Seen, run_audit
from app.cli import Unable
from app.cli._report import print_report
from app.cli._running import no_verdict_from_a_crash, print_json, progress, the_key, the_witnesses
from app.clock import SystemClock
from ledger.cosignature import WitnessKey
from ledger.errors import Malformed
from ledger.note import VerifierKey
from ledger.policy import Policy

LATEST = 2**53 - 1
"""The latest time that an entry can have, Unix ms."""


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


def _policy(_ctx: click.Context, _param: click.Parameter, value: Path | None) -> Policy | None:
    try:
        return None if value is None else Policy.parse(_read(value))
    except Malformed as error:
        raise click.BadParameter(f"{value} is no policy: {error}.") from error


@click.command("audit", short_help="Verify a ledger and replay its law.")
@click.argument("where", metavar="URL|DIR")
@click.option(
    "--key",
    metavar="KEY",
    callback=the_key,
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
@click.option(
    "--memory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The memory of `isegoria monitor`: check T1 holds the times of entries against it.",
)
@click.option(
    "--witness",
    "witnesses",
    metavar="KEY",
    multiple=True,
    callback=the_witnesses,
    help="The key of a witness that must have cosigned the checkpoint. May be given several times.",
)
@click.option(
    "--policy",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    callback=_policy,
    help="A tlog-policy file: so many witnesses as make its quorum must have cosigned the checkpoint.",
)
@click.option(
    "--post",
    "posts",
    metavar="NUMBER",
    type=click.IntRange(1),
    multiple=True,
    help="A post to look at besides, by the number in its address. May be given several times.",
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
    memory: Path | None,
    witnesses: tuple[WitnessKey, ...],
    policy: Policy | None,
    posts: tuple[int, ...],
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
    asked = tuple(map(str, posts))
    question = Question(where, key, since, at, known, memory, witnesses, policy, copy, posts=asked)
    with no_verdict_from_a_crash():
        report = _run(question)
    if as_json:
        print_json(report)
    else:
        print_report(report, Console(highlight=False, soft_wrap=True))
    ctx.exit(report.exit)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unable(f"{path} cannot be read: {error.strerror}") from error


def _run(question: Question) -> Report:
    with progress() as tell:
        return run_audit(question, SystemClock(), tell)
