"""The report of an audit as people read it."""

from datetime import UTC, datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from app.auditor import Report
from app.cli._figures import print_figures
from governance.audit import Finding, Result, Row

SHOWN = 20
"""How many findings of a check are printed; all that were kept are in the JSON."""

_STYLES: dict[Result, str] = {
    "holds": "green",
    "violated": "bold red",
    "unverified": "bold yellow",
    "not checked": "dim",
}
_VERDICT_STYLES = ("bold green", "bold red", "bold yellow", "bold red")


def print_report(report: Report, console: Console) -> None:
    """Print what was audited, a table of the checks, each finding, and last what no audit can find."""
    if report.stopped and not report.size:
        _print_verdict(report, console)
        return
    _print_head(report, console)
    console.print(_table(report))
    for row in report.checks:
        _print_findings(report, row, console)
    for first, second in report.two_views:
        console.print(
            Text("TWO VIEWS OF ONE LEDGER, both signed. Keep these two notes: they are the proof.", "bold red")
        )
        for view in (first, second):
            console.print(f"\n{escape(view.name)} ({view.size} entries, root {view.root})\n{escape(view.note)}")
    if report.figures is not None:
        print_figures(report.figures, console)
    _print_verdict(report, console)
    _print_limits(report, console)


def _print_head(report: Report, console: Console) -> None:
    for warning in report.warnings:
        console.print(Text(f"WARNING: {warning}", style="bold yellow"))
    console.print(f"[bold]{escape(report.where)}[/]")
    if report.origin:
        console.print(f"origin  {escape(report.origin)}")
        console.print(f"size    {report.size} entries, the last of {_time(report.last_at)}")
        console.print(f"root    {report.root}")
    if report.key:
        console.print(f"key     {escape(report.key)}{'' if report.key_given else '  (as the square shows it)'}")
    since = f", judged from entry {report.since} on" if report.since else ""
    console.print(f"judged  {report.judged} entries{since}; open dates at {_time(report.at)}")


def _table(report: Report) -> Table:
    table = Table(title="What was checked", title_justify="left", expand=False)
    for name in ("check", "what it holds", "result", "judged", "found"):
        table.add_column(name, no_wrap=name in ("check", "result"))
    for row in report.checks:
        found = _found(row)
        table.add_row(row.id, row.title, Text(row.result, _STYLES[row.result]), f"{row.judged} {row.unit}", found)
    return table


def _found(row: Row) -> str:
    counts = (
        (row.violations, "violations"),
        (row.unverified, "not verified"),
        (row.overdue, "overdue"),
        (row.missing, "texts missing"),
    )
    return ", ".join(f"{number} {words}" for number, words in counts if number)


def _print_findings(report: Report, row: Row, console: Console) -> None:
    for note in row.notes:
        console.print(f"[dim]{row.id}[/]  {escape(note)}")
    for finding in row.findings[:SHOWN]:
        console.print(_line(report, finding))
    total = row.violations + row.unverified + row.overdue
    if total > min(len(row.findings), SHOWN):
        console.print(f"[dim]{row.id}[/]  and {total - min(len(row.findings), SHOWN)} more (--json lists them)")


def _line(report: Report, finding: Finding) -> Text:
    style = {"violation": "red", "unverified": "yellow", "overdue": "dim"}[finding.kind]
    line = Text.assemble((f"{finding.check}  {finding.kind}", style))
    if finding.entry >= 0:
        where = f"{report.where}/ledger/{finding.entry}" if "://" in report.where else f"entry {finding.entry}"
        line.append(f"  {where}")
    clause = f" [{finding.clause}]" if finding.clause else ""
    return line.append(f"  {finding.why}{clause}")


def _print_limits(report: Report, console: Console) -> None:
    table = Table(title="What replay cannot find, and where it is found", title_justify="left", expand=False)
    table.add_column("what no audit of a ledger can find")
    table.add_column("who finds it")
    for limit in report.cannot_find:
        table.add_row(limit.what, limit.found_by)
    console.print(table)


def _print_verdict(report: Report, console: Console) -> None:
    if report.stopped:
        console.print(Text(f"The audit cannot go on: {report.stopped}.", style="bold yellow"))
    elif not report.complete:
        why = "The ledger could not be read to its end: what lies behind that place is unknown."
        console.print(Text(why, style="bold yellow"))
    seconds = f"{report.seconds:.1f} s"
    unchecked = ", ".join(row.id for row in report.checks if row.result == "not checked")
    words = {
        0: f"Everything that was checked holds{f'; not checked: {unchecked}' if unchecked else ''}.",
        1: "A violation was found.",
        2: "It could not be verified: nothing that is missing may pass.",
        3: "Two views of one ledger: the square has signed histories that contradict each other.",
    }[report.exit]
    console.print(Text(f"{words} ({seconds}, exit code {report.exit})", style=_VERDICT_STYLES[report.exit]))


def _time(at: int) -> str:
    if not at:
        return "no time"
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
