"""The soft figures of an audit as people read them: whole numbers, and what stands out."""

from datetime import timedelta

from rich.console import Console
from rich.table import Table

from governance.figures import Figures
from governance.figures.judged import Share

NAMED = 10
"""Pairs of like cases that are printed; those of the JSON are up to a hundred."""


def print_figures(figures: Figures, console: Console) -> None:
    """Print each figure with what it counts; they are for and against nobody until somebody has read the cases."""
    table = Table(title="Figures, as exact counts", title_justify="left", expand=False)
    table.add_column("figure", no_wrap=True)
    table.add_column("of what")
    table.add_column("count")
    pairs = figures.consistency.pairs
    table.add_row("Q1", "pairs of like cases under one rule that ended unlike", _of(pairs))
    for alike in figures.consistency.by_rule:
        table.add_row("", f"of them under rule {alike.label}", _of(alike.pairs))
    if figures.consistency.without_text:
        table.add_row("", "decided cases left out, their texts not being public", str(figures.consistency.without_text))
    for row in figures.reversals:
        marked = ", more than chance explains" if row.marked else ""
        table.add_row(
            "Q2", f"decisions of {row.decider} under rule {row.label} reversed", f"{_of(row.reversed)}{marked}"
        )
    for delay in figures.delays:
        half = "nobody knows yet" if delay.median < 0 else str(timedelta(milliseconds=delay.median))
        what = f"cases under rule {delay.label} answered in time ({delay.open} open; half within {half})"
        table.add_row("Q5", what, _of(delay.in_time))
    for share in figures.shares.by_rule:
        table.add_row("Q7", f"restrictions under rule {share.label}", _of(share.restrictions))
    table.add_row("Q7", "restrictions by a machine", _of(figures.shares.by_machine))
    table.add_row("Q7", "restrictions as emergencies", _of(figures.shares.by_emergency))
    table.add_row("Q7", "restrictions for unlawful content", _of(figures.shares.by_unlawfulness))
    console.print(table)
    for pair in figures.consistency.unlike[:NAMED]:
        console.print(f"Q1  cases {pair.first} and {pair.second} under rule {pair.label} are alike and ended unlike")
    if pairs.part > NAMED:
        console.print(f"[dim]Q1[/]  and {pairs.part - NAMED} more (--json lists up to a hundred)")


def _of(share: Share) -> str:
    return f"{share.part} of {share.whole}"
