"""The figures that anybody can recompute: each as a picture, a table, a file, and JSON."""

import csv
from collections.abc import Callable, Iterable, Mapping
from io import StringIO
from typing import Final

from litestar import Response, get
from litestar.exceptions import NotFoundException

from app.figures import Counted
from app.square import Square
from app.web.answers import Answer
from app.web.charts import charts_of
from app.web.visits import Visit
from governance.figures import Figures

Row = tuple[object, ...]


@get("/transparency", tags=["log"])
async def show_figures(square: Square, visit: Visit) -> Answer[Counted]:
    """Like cases with unlike outcomes, reversals, delays, and who restricts, in whole numbers."""
    counted = await square.counting.figures()
    return Answer(counted, "transparency.html", beside={"charts": charts_of(counted.figures, visit.tongue)})


@get("/transparency/{name:str}", tags=["log"], media_type="text/csv", opt={"public": True})
async def send_table(square: Square, name: str) -> Response[str]:
    """One figure as a table: `pairs.csv`, `like-cases.csv`, `reversals.csv`, `delays.csv` or `shares.csv`, with ms."""
    table = TABLES.get(name.removesuffix(".csv")) if name.endswith(".csv") else None
    if table is None:
        raise NotFoundException
    columns, rows = table
    written = StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows((await square.counting.figures()).figures))
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-cache"}
    return Response(written.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _pairs(figures: Figures) -> Iterable[Row]:
    return [(row.rule, row.label, row.pairs.part, row.pairs.whole) for row in figures.consistency.by_rule]


def _like_cases(figures: Figures) -> Iterable[Row]:
    return [(pair.rule, pair.label, pair.first, pair.second) for pair in figures.consistency.unlike]


def _reversals(figures: Figures) -> Iterable[Row]:
    for row in figures.reversals:
        bounds = ("", "") if row.low < 0 else (row.low, row.high)
        yield (row.rule, row.label, row.decider, row.reversed.part, row.reversed.whole, *bounds, int(row.marked))


def _delays(figures: Figures) -> Iterable[Row]:
    for row in figures.delays:
        median = "" if row.median < 0 else row.median
        yield (row.rule, row.label, row.decided, row.open, median, row.in_time.part, row.in_time.whole)


def _shares(figures: Figures) -> Iterable[Row]:
    found = figures.shares
    for row in found.by_rule:
        yield ("rule", row.rule, row.label, row.restrictions.part, row.restrictions.whole)
    yield ("machine", "", "", found.by_machine.part, found.by_machine.whole)
    yield ("emergency", "", "", found.by_emergency.part, found.by_emergency.whole)
    yield ("unlawful content", "", "", found.by_unlawfulness.part, found.by_unlawfulness.whole)


TABLES: Final[Mapping[str, tuple[Row, Callable[[Figures], Iterable[Row]]]]] = {
    "pairs": (("rule", "label", "unlike", "pairs"), _pairs),
    "like-cases": (("rule", "label", "case", "other_case"), _like_cases),
    "reversals": (
        ("rule", "label", "decider", "reversed", "decisions", "low_per_million", "high_per_million", "marked"),
        _reversals,
    ),
    "delays": (("rule", "label", "decided", "open", "median_ms", "in_time", "decided_or_overdue"), _delays),
    "shares": (("by", "rule", "label", "restrictions", "of_all"), _shares),
}
"""The files, with their columns and what fills them."""

routes = [show_figures, send_table]
