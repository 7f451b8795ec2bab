"""What a comparison of a database with its ledger has found."""

from collections.abc import Callable

from msgspec import Struct

from app.store.engines import Value

MOST = 10_000
"""Faults that are kept; more of them are only counted."""

LEDGER_TABLES = (
    "ledger_head",
    "ledger_entry",
    "ledger_tile",
    "ledger_checkpoint",
    "opening",
    "request_key",
    "box",
    "box_entry",
    "box_tile",
    "mark",
)

Tell = Callable[[str, int, int], None]
"""Told what is being compared, how much of it is done, and how much there is."""


class Fault(Struct, frozen=True):
    """A row that is not what the ledger makes it.

    `columns` are those that are wrong; where several cannot be told apart all of them, and none where the row itself
    is missing or should not be there. `row` is its key, the parts of a key of several columns divided by "/".
    """

    table: str
    row: str
    columns: tuple[str, ...]
    what: str


class MissingOpening(Struct, frozen=True):
    """A commitment whose opening is not there, because entry `erasure` erased it."""

    entry: int
    field: str
    erasure: int


class Findings:
    """What is found as the comparison goes on."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.fault_count = 0
        self.missing: list[MissingOpening] = []
        self.missing_count = 0
        self.unchecked: list[str] = []
        self.compared: dict[str, int] = dict.fromkeys(LEDGER_TABLES, 0)

    def fault(self, table: str, row: Value | tuple[Value, ...], columns: tuple[str, ...], what: str) -> None:
        """The row of this key is not what it must be."""
        self.fault_count += 1
        if len(self.faults) < MOST:
            parts = row if isinstance(row, tuple) else (row,)
            self.faults.append(Fault(table, "/".join(str(part) for part in parts), columns, what))

    def is_missing(self, entry: int, field: str, erasure: int) -> None:
        """A commitment cannot be opened any more, as an entry says; that is no fault."""
        self.missing_count += 1
        if len(self.missing) < MOST:
            self.missing.append(MissingOpening(entry, field, erasure))

    def leave_unchecked(self, what: str) -> None:
        """Something could not be compared; the text says what, and why."""
        self.unchecked.append(what)

    def count(self, table: str, rows: int) -> None:
        """So many more rows of a table have been compared."""
        self.compared[table] = self.compared.get(table, 0) + rows


class Report(Struct, frozen=True):
    """The whole comparison: `size` entries, `root` (hex) over them, rows compared by table, and what was found."""

    size: int
    root: str
    compared: dict[str, int]
    fault_count: int
    faults: tuple[Fault, ...]
    missing_count: int
    missing: tuple[MissingOpening, ...]
    unchecked: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """0 sound, 1 a fault was found, 2 something could not be checked."""
        if self.fault_count:
            return 1
        return 2 if self.unchecked else 0
