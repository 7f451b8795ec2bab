"""What the guide and the charter promise of an operator who cheats is what is tried here, and what an audit prints."""

import re
from pathlib import Path

from governance.audit import LIMITS
from tests.cheats.deeds import Deed
from tests.cheats.register import DEEDS

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
LIMIT = re.compile(r"^\*\*\[limit-[0-9]+\]\*\* What replaying the ledger cannot find: (.+?)\. [A-Z]", re.MULTILINE)


def section(title: str) -> list[str]:
    """The rows of the table under a heading of the guide."""
    text = GUIDE.split(f"\n## {title}\n")[1].split("\n## ")[0]
    return [line for line in text.splitlines() if line.startswith("| ")][1:]


def row_of(deed: Deed) -> str:
    """A deed as the guide has it."""
    finder = f"{deed.finder}, **{deed.check}**" if deed.check else deed.finder
    return f"| {deed.number} | {deed.what} | {finder} |"


def test_the_guide_tells_every_deed() -> None:
    """A row for each deed that is tried, in order, with who finds it and by which check; and none that is not tried."""
    assert [row_of(deed) for deed in DEEDS] == section("What an operator could do, and who finds it")


def test_what_nobody_finds_by_replaying_is_said_everywhere_alike() -> None:
    """The last rows of an audit, the guide and the limits in the charter name the same, in the same words."""
    assert [f"| {what} | {found_by} |" for what, found_by in LIMITS] == section("What replay cannot find")
    charter = (ROOT / "POLICY.md").read_text(encoding="utf-8")
    assert sorted(what for what, _ in LIMITS) == sorted(LIMIT.findall(charter))
