"""Bringing along whom one followed, blocked, muted and listed elsewhere, from the CSV files that Mastodon exports."""

import csv
from collections.abc import Awaitable, Callable, Sequence
from io import StringIO
from typing import Final, Literal

from msgspec import Struct

from app import lists, relations
from app.relations import NotPossible
from app.square import Square
from app.store import lists as kept
from app.store.accounts import Account, accounts_by_handles
from app.store.engines import Tx
from app.store.lists import List
from app.text import clean_line, is_blank, is_too_long

Kind = Literal["following", "blocks", "mutes", "lists"]
MOST_ROWS: Final = 1_000

_YES: Final = frozenset({"true", "1", "yes"})
_ADDRESS: Final = "account address"


class Unreadable(Exception):
    """The text is no such file; `line` is the first that cannot be read, 0 where there are too many."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line: Final = line


class Imported(Struct, frozen=True):
    """What came of a file: how many rows hold now, and the addresses that are nobody's here or could not be used."""

    kind: Kind
    done: int
    unknown: tuple[str, ...]
    not_possible: tuple[str, ...]


class Row(Struct, frozen=True):
    """A line of a file: an address, how the reader follows or mutes it, and the list that it stands in."""

    address: str
    first: bool
    second: bool
    title: str = ""


async def import_people(square: Square, reader: int, kind: Kind, text: str, host: str) -> Imported:
    """Do all that a file says to accounts of this square (at `host`), in one transaction. Raises Unreadable.

    What is so already stays; nothing is taken away.
    """
    rows = read_rows(kind, text)
    now = square.clock.now()

    async def work(tx: Tx) -> Imported:
        handles = {row.address: handle_of(row.address, host) for row in rows}
        known = await accounts_by_handles(tx, sorted(set(handles.values()) - {""}))
        meant = [(row, known.get(handles[row.address])) for row in rows]
        unknown = dict.fromkeys(row.address for row, account in meant if account is None)
        found = [(row, account) for row, account in meant if account is not None]
        done, refused = await _do_all(_acts(square, reader, now)[kind], tx, found)
        return Imported(kind, done, tuple(unknown), tuple(refused))

    return await square.database.write(work)


async def _do_all(act: "Act", tx: Tx, found: Sequence[tuple[Row, Account]]) -> tuple[int, list[str]]:
    refused: dict[str, None] = {}
    # In order of id, so that two files that name the same people do not wait for one another.
    for row, account in sorted(found, key=lambda one: one[1].id):
        try:
            await act(tx, row, account.id)
        except NotPossible:
            refused[row.address] = None
    return len(found) - len(refused), list(refused)


def read_rows(kind: Kind, text: str) -> list[Row]:
    """The rows of a file, without its head. Raises Unreadable."""
    rows: list[Row] = []
    columns = {"following": ("show boosts", "notify on new posts"), "mutes": ("hide notifications",)}.get(kind, ())
    places: dict[str, int] = {}
    reading = csv.reader(StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        for cells in reading:
            if not rows and not places and cells and cells[0].strip().casefold() == _ADDRESS:
                places = {cell.strip().casefold(): place for place, cell in enumerate(cells)}
            elif any(cell.strip() for cell in cells):
                rows.append(_row(kind, cells, [places.get(column, at) for at, column in enumerate(columns, 1)]))
            if len(rows) > MOST_ROWS:
                raise Unreadable(0)
    except (csv.Error, ValueError) as error:
        raise Unreadable(reading.line_num) from error
    return rows


def _row(kind: Kind, cells: Sequence[str], places: Sequence[int]) -> Row:
    """A row of cells. Raises ValueError."""
    if kind == "lists":
        title = clean_line(cells[0])
        if len(cells) < 2 or is_blank(title) or is_too_long(title, lists.LONGEST_TITLE):
            raise ValueError
        return Row(_address(cells[1]), True, True, title)
    said = [cells[place].strip().casefold() if place < len(cells) else "" for place in places]
    # Silent files follow with boosts and without notifications, and mute with notifications.
    first = said[0] in _YES if said and said[0] else True
    return Row(_address(cells[0]), first, len(said) > 1 and said[1] in _YES)


def _address(cell: str) -> str:
    address = clean_line(cell).removeprefix("@")
    if not address or len(address) > 300 or " " in address:
        raise ValueError
    return address


def handle_of(address: str, host: str) -> str:
    """The handle of an address here, in small letters; "" for an address elsewhere."""
    handle, _, there = address.removeprefix("acct:").partition("@")
    return handle.lower() if there.lower() in ("", host.lower(), host.lower().rpartition(":")[0] or host) else ""


Act = Callable[[Tx, Row, int], Awaitable[object]]


def _acts(square: Square, reader: int, now: int) -> dict[Kind, Act]:
    async def follow(tx: Tx, row: Row, account: int) -> None:
        await relations.follow(tx, reader, account, now, boosts=row.first, notifies=row.second)

    async def block(tx: Tx, row: Row, account: int) -> None:
        await relations.block(tx, reader, account, now)

    async def mute(tx: Tx, row: Row, account: int) -> None:
        await relations.mute(tx, reader, account, now, notifications=row.first)

    async def put(tx: Tx, row: Row, account: int) -> None:
        named = next((one for one in await kept.lists_of(tx, reader) if one.title == row.title), None)
        if named is None:
            named = List(square.post_ids.next(now), reader, row.title, "list", False)
            if not await kept.add_list(tx, named):
                raise NotPossible("too many lists")
        await lists.put_in_list(tx, named, [account])

    return {"following": follow, "blocks": block, "mutes": mute, "lists": put}
