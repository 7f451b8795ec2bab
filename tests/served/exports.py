"""The exports of real conversations, what they hold, and what is wrong with a copy of one."""

import csv
import shutil
from pathlib import Path
from typing import Final

from msgspec import Struct

from app.text import clean
from tests.servers import shared_data

SEATTLE: Final = "15-per-hour-seattle"
BIODIVERSITY: Final = "scoop-hivemind.biodiversity"
UBER: Final = "vtaiwan.uberx"


class Figures(Struct, frozen=True):
    """What an import tells in the end."""

    comments: int
    vote_rows: int
    ballots: int
    taken_down: int
    skipped: int = 0


HELD: Final = {
    SEATTLE: Figures(54, 2_995, 2_872, 23),
    BIODIVERSITY: Figures(316, 29_802, 29_719, 162),
    UBER: Figures(197, 49_997, 49_443, 78),
}


def export(name: str) -> Path:
    """The folder of an export; skips where there is none."""
    return shared_data() / "polis" / name


def taken_down(name: str) -> dict[str, str]:
    """What the source took down: the words of each comment, by its number there."""
    with (export(name) / "comments.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["moderated"] == "-1"]
    return {row["comment-id"]: clean(row["comment-body"]) for row in rows}


class Faulty:
    """A copy of an export to whose files bad rows are added."""

    def __init__(self, name: str, folder: Path) -> None:
        self.folder = folder / name
        # Not copytree, which copies the mode of what may not be written to.
        self.folder.mkdir(parents=True)
        for file in export(name).iterdir():
            shutil.copyfile(file, self.folder / file.name)
        self.named: list[str] = []

    def add(self, file: str, row: str, why: str) -> None:
        """Add a row, about which the import has to say why it cannot be used."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert text.endswith("\n")
        path.write_text(f"{text}{row}\n", encoding="utf-8")
        self.named.append(f"{file}:{text.count(chr(10)) + 1}: {why}")
