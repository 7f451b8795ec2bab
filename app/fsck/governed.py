"""Every row and column of every governed table against the State that the entries make."""

from collections.abc import Iterator

from msgspec import Struct

from app.fsck.findings import Findings, Tell
from app.store.engines import Tx, Value
from app.store.nouns import NOUNS, Noun
from app.store.transaction import Row
from app.store.whole import pages
from governance.state import Id, State


async def check_governed(tx: Tx, state: State, found: Findings, tell: Tell) -> None:
    """Compare, a table at a time in the order of keys."""
    expected: dict[type[Struct], list[Id]] = {noun.type: [] for noun in NOUNS}
    for type_, id_ in state:
        expected[type_].append(id_)
    done, total = 0, len(state)
    for noun in NOUNS:
        ids = sorted(expected.pop(noun.type), key=lambda id_: (isinstance(id_, str), id_))
        found.count(noun.table, 0)
        comparison = _Comparison(noun, iter(ids), state, found)
        async for rows in pages(tx, noun.table, ("id",), tuple(noun.columns)):
            comparison.page(rows)
            tell("values", done + comparison.done, total)
        comparison.end()
        done += len(ids)


class _Comparison:
    """One table's rows beside the ids that it must have."""

    def __init__(self, noun: Noun, ids: Iterator[Id], state: State, found: Findings) -> None:
        self._noun = noun
        self._ids = ids
        self._state = state
        self._found = found
        self._next: Id | None = next(ids, None)
        self.done = 0

    def page(self, rows: list[Row]) -> None:
        self._found.count(self._noun.table, len(rows))
        for row in rows:
            id_ = row["id"]
            while self._next is not None and _is_before(self._next, id_):
                self._miss()
            if self._next is None or self._next != id_:
                self._found.fault(self._noun.table, id_, (), "the ledger makes no such row")
            else:
                self._compare(self._next, row)
                self._advance()

    def end(self) -> None:
        while self._next is not None:
            self._miss()

    def _miss(self) -> None:
        self._found.fault(self._noun.table, self._next, (), "the row is missing")
        self._advance()

    def _advance(self) -> None:
        self._next = next(self._ids, None)
        self.done += 1

    def _compare(self, id_: Id, row: Row) -> None:
        value = self._state[self._noun.type, id_]
        assert value is not None
        expected = self._noun.row_of(id_, value)
        if tuple(row.values()) == expected:
            return
        wrong = tuple(name for name, value in zip(self._noun.columns, expected, strict=True) if value != row[name])
        self._found.fault(self._noun.table, id_, wrong, "it is not what the entries make it")


def _is_before(expected: Id, found: Value) -> bool:
    if isinstance(expected, int) and isinstance(found, int):
        return expected < found
    # Both databases order texts by their bytes, and Python by code points, which is the same.
    return isinstance(expected, str) and isinstance(found, str) and expected < found
