"""Reading a Polis export: comments.csv, votes.csv and summary.csv, every row checked before anything is written."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from app.text import MOST_GRAPHEMES, clean, graphemes

COMMENTS: Final = (
    "timestamp",
    "datetime",
    "comment-id",
    "author-id",
    "agrees",
    "disagrees",
    "moderated",
    "comment-body",
)
VOTES: Final = ("timestamp", "datetime", "comment-id", "voter-id", "vote")
CHOICES: Final = {"1": 0, "-1": 1, "0": 2}
"""Places of the three answers: agree, disagree, pass."""

EARLIEST, LATEST = 946_684_800_000, 4_102_444_800_000
"""Unix ms between which a time can be meant: the years 2000 to 2100."""


class NotAnExport(Exception):
    """The folder holds no export that can be read; the text says which file and why."""


class BadRow(Struct, frozen=True):
    """A row that cannot be used: `line` is where it begins, from 1."""

    file: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.why}"


class Comment(Struct, frozen=True):
    """A comment; `agrees` and `disagrees` are what the source's own columns claim."""

    id: str
    author: str
    at: int
    body: str
    taken_down: bool
    agrees: int
    disagrees: int


class Cast(Struct, frozen=True):
    """A person's last vote on a comment, at Unix ms `at`; `choice` is a place of CHOICES."""

    at: int
    choice: int


class Export(Struct):
    """What an export holds: comments by id, of each the last vote by person; `repeated` counts superseded rows.

    `rows_by_choice` counts all rows of a comment and choice, superseded ones too.
    """

    name: str
    summary: dict[str, str]
    comments: dict[str, Comment]
    ballots: dict[str, dict[str, Cast]]
    rows_by_choice: dict[tuple[str, int], int]
    vote_rows: int
    bad: list[BadRow]

    @property
    def ballot_count(self) -> int:
        """How many persons' votes on how many comments."""
        return sum(len(cast) for cast in self.ballots.values())

    @property
    def people(self) -> list[str]:
        """Everybody who wrote or voted, by the number that the source gives them."""
        voters = (voter for cast in self.ballots.values() for voter in cast)
        found = {comment.author for comment in self.comments.values()} | set(voters)
        return sorted(found, key=lambda person: (len(person), person))


class _Bad(Exception):
    pass


def read_export(folder: Path) -> Export:
    """Read and check a whole export; raises NotAnExport. Bad rows are listed in `bad` and left out of the rest."""
    export = Export(folder.name, _read_summary(folder), {}, {}, {}, 0, [])
    for line, row in _rows(folder, "comments.csv", COMMENTS, export.bad):
        try:
            comment = _comment(row)
            if comment.id in export.comments:
                raise _Bad(f"there is a comment {comment.id} already")
            export.comments[comment.id] = comment
            export.ballots[comment.id] = {}
        except _Bad as bad:
            export.bad.append(BadRow("comments.csv", line, str(bad)))
    for line, row in _rows(folder, "votes.csv", VOTES, export.bad):
        try:
            _add_vote(export, row)
        except _Bad as bad:
            export.bad.append(BadRow("votes.csv", line, str(bad)))
    return export


def _comment(row: dict[str, str]) -> Comment:
    body = clean(row["comment-body"])
    if not body:
        raise _Bad("the comment is empty")
    if graphemes(body) > MOST_GRAPHEMES:
        raise _Bad(f"the comment is longer than {MOST_GRAPHEMES} characters")
    if row["moderated"] not in ("1", "0", "-1"):
        raise _Bad(f"`moderated` is 1, 0 or -1, not {row['moderated']!r}")
    return Comment(
        id=_person(row, "comment-id"),
        author=_person(row, "author-id"),
        at=_time(row),
        body=body,
        taken_down=row["moderated"] == "-1",
        agrees=_number(row, "agrees"),
        disagrees=_number(row, "disagrees"),
    )


def _add_vote(export: Export, row: dict[str, str]) -> None:
    at, comment, voter = _time(row), _person(row, "comment-id"), _person(row, "voter-id")
    if row["vote"] not in CHOICES:
        raise _Bad(f"a vote is 1, -1 or 0, not {row['vote']!r}")
    if comment not in export.comments:
        raise _Bad(f"there is no comment {comment} (or its row is bad)")
    choice = CHOICES[row["vote"]]
    export.vote_rows += 1
    key = (comment, choice)
    export.rows_by_choice[key] = export.rows_by_choice.get(key, 0) + 1
    earlier = export.ballots[comment].get(voter)
    # The last by time counts, and of two at one time the one that stands further down.
    if earlier is None or at >= earlier.at:
        export.ballots[comment][voter] = Cast(at, choice)


def _rows(folder: Path, name: str, columns: tuple[str, ...], bad: list[BadRow]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a file, each with the line on which it begins."""
    try:
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = tuple(next(reader, ()))
            if header != columns:
                raise NotAnExport(f"{name}: the first line should be {','.join(columns)}, not {','.join(header)}")
            begins = reader.line_num + 1
            for row in reader:
                if len(row) == len(columns):
                    yield begins, dict(zip(columns, row, strict=True))
                elif row:
                    bad.append(BadRow(name, begins, f"the row has {len(row)} fields instead of {len(columns)}"))
                begins = reader.line_num + 1
    except FileNotFoundError as error:
        raise NotAnExport(f"{folder} has no {name}: is it the folder of a Polis export?") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise NotAnExport(f"{name} cannot be read: {error}") from error


def _read_summary(folder: Path) -> dict[str, str]:
    try:
        with (folder / "summary.csv").open(encoding="utf-8-sig", newline="") as file:
            return {row[0]: row[1] for row in csv.reader(file) if len(row) == 2}
    except FileNotFoundError as error:
        raise NotAnExport(f"{folder} has no summary.csv: is it the folder of a Polis export?") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise NotAnExport(f"summary.csv cannot be read: {error}") from error


def _number(row: dict[str, str], column: str) -> int:
    text = row[column]
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise _Bad(f"`{column}` is a number, not {text!r}")
    return int(text)


def _person(row: dict[str, str], column: str) -> str:
    return str(_number(row, column))


def _time(row: dict[str, str]) -> int:
    at = _number(row, "timestamp")
    if not EARLIEST <= at < LATEST:
        raise _Bad(f"`timestamp` is in milliseconds since 1970, and {at} is not between the years 2000 and 2100")
    return at
