"""docs/follow-one-act.md says where things are, and there they are."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "follow-one-act.md").read_text(encoding="utf-8")
PLACES = sorted(set(re.findall(r"`([a-z_/-]+\.(?:py|html))(?::([A-Za-z_]+))?`", PAGE)))


@pytest.mark.parametrize(("file", "name"), PLACES, ids=[f"{file}:{name}" for file, name in PLACES])
def test_what_the_page_names_is_there(file: str, name: str) -> None:
    """Each file exists, and each name is defined in the file beside it."""
    text = (ROOT / file).read_text(encoding="utf-8")
    assert not name or re.search(rf"^\s*(?:(?:async )?def|class|{{% macro) {name}\b", text, re.MULTILINE), name


def test_the_page_enters_many_rooms_and_each_clause_exists() -> None:
    """The page leads through ledger, governance, app and templates, and cites clauses that stand in the charter."""
    assert {"app", "governance", "ledger", "templates"} == {file.split("/")[0] for file, _ in PLACES}
    policy = (ROOT / "POLICY.md").read_text(encoding="utf-8")
    cited = set(re.findall(r"\[([a-z]+-[0-9]+)\]", PAGE))
    assert cited
    assert {clause for clause in cited if f"**[{clause}]**" not in policy} == set()
