"""Statements of reasons for the EU's transparency database: every attribute within its enumerations and limits."""

import json
import os
import re
import subprocess
import sys
from datetime import date
from typing import Any

import pytest

from app.config import Config
from app.exports.dsa import AREA, UNION
from tests.cases.town import HARASSMENT, OFF_TOPIC, PRIVATE, SPAM, UNLAWFUL, Town
from tests.servers import shared_data

URL = "https://square.example"
DATES = re.compile(r"20\d\d-\d\d-\d\d")
LIMITS = {
    "decision_visibility_other": 500,
    "decision_facts": 5_000,
    "illegal_content_legal_ground": 500,
    "illegal_content_explanation": 2_000,
    "incompatible_content_ground": 500,
    "incompatible_content_explanation": 2_000,
    "puid": 500,
}
"""Characters, as the database's API documentation has them."""


@pytest.fixture(scope="module")
def values() -> dict[str, list[str]]:
    """Every value that the database knows, by attribute."""
    text = (shared_data() / "dsa" / "statement_enumerations.json").read_text()
    return {name: list(known) for name, known in json.loads(text).items()}


def exported(config: Config, *arguments: str) -> tuple[list[dict[str, Any]], str]:
    """What `isegoria export dsa` prints, and what it says beside."""
    env = {**os.environ, "ISEGORIA_HOME": str(config.home), "ISEGORIA_DATABASE": config.database}
    command = [sys.executable, "-m", "app.cli", "export", "dsa", "--url", URL, *arguments]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    batches = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(["statements"] == list(batch) and 0 < len(batch["statements"]) <= 100 for batch in batches)
    return [statement for batch in batches for statement in batch["statements"]], done.stderr


def judged(town: Town) -> dict[str, int]:
    """Decisions of every kind of sanction, and one that restricts nothing: the entries by sanction."""
    town.admit("ann", "ben")
    town.elect("mia", "max")
    opener = town.say("ben", "The pool?", topic="The pool")
    posts = iter([town.say("ann", f"Reply {number}.", reply_to=opener) for number in range(8)])
    rules: dict[str, tuple[str, tuple[str, ...]]] = {
        "label": (OFF_TOPIC, ()),
        "interstitial": ("6.1", ()),
        "slow": (SPAM, ()),
        "unrecommend": (SPAM, ("slow",)),
        "fold": (OFF_TOPIC, ("label",)),
        "withhold": (PRIVATE, ("fold",)),
        "mute": (HARASSMENT, ("unrecommend", "fold")),
        "suspend": (UNLAWFUL, ("withhold",)),
    }
    elements = {OFF_TOPIC: 2, "6.1": 2, SPAM: 2}
    entries = {}
    for sanction, (rule, milder) in rules.items():
        case = town.report("ben", next(posts), rule)
        said: dict[str, object] = {"elements": [True] * elements.get(rule, 3), "reasons": f"Why {sanction}."}
        said |= {f"milder_{one}": "Not enough." for one in milder}
        entries[sanction] = town.does("mia", f"/cases/{case}/decide", sanction=sanction, duration=3, **said)
    entries["none"] = town.clears("max", town.report("ben", opener, SPAM))
    return entries


def check(statement: dict[str, Any], values: dict[str, list[str]]) -> None:
    """What the database asks of a statement, attribute by attribute."""
    for name in ("decision_ground", "category", "source_type", "automated_decision", "account_type"):
        assert statement[name] in values[name]
    for name in ("decision_visibility", "decision_account", "decision_monetary", "decision_provision"):
        given = statement[name] if isinstance(statement[name], list) else [statement[name]]
        assert set(given) <= {None, *values[name]}
    assert statement["decision_visibility"] or statement["decision_account"]
    assert ("DECISION_VISIBILITY_OTHER" in (statement["decision_visibility"] or ())) == bool(
        statement["decision_visibility_other"]
    )
    assert statement["content_type"]
    assert set(statement["content_type"]) <= set(values["content_type"])
    assert statement["automated_detection"] in ("Yes", "No")
    law, rules = ("illegal_content", "incompatible_content")
    given, other = (law, rules) if statement["decision_ground"].endswith("ILLEGAL_CONTENT") else (rules, law)
    for attribute in ("explanation", "legal_ground" if given == law else "ground"):
        assert statement[f"{given}_{attribute}"]
    assert not any(statement[name] for name in statement if name.startswith(f"{other}_"))
    assert all(len(statement[name] or "") <= most for name, most in LIMITS.items())
    assert re.fullmatch("[A-Za-z0-9_-]+", statement["puid"])
    dates = {name: statement[name] for name in statement if name.endswith("_date") or name.startswith("end_date")}
    assert all(text is None or DATES.fullmatch(text) for text in dates.values())
    assert date.fromisoformat(statement["application_date"]) >= date.fromisoformat(statement["content_date"])
    assert bool(statement["decision_visibility"]) == bool(statement["end_date_visibility_restriction"])
    assert bool(statement["decision_account"]) == bool(statement["end_date_account_restriction"])


def test_every_restriction_is_a_statement_that_the_database_would_take(
    town: Town, config: Config, values: dict[str, list[str]]
) -> None:
    """One statement for each sanction in the order of the ledger, none for a decision that restricts nothing."""
    entries = judged(town)
    statements, said = exported(config)
    assert [number for sanction, number in entries.items() if sanction != "none"] == [
        int(statement["puid"].rpartition("-")[2]) for statement in statements
    ]
    for statement in statements:
        check(statement, values)
        assert list(AREA) == statement["territorial_scope"]
        assert statement["content_language"] in (None, "EN")
        assert "Why " not in json.dumps(statement)
    assert "DECISION_ACCOUNT_SUSPENDED" == statements[-1]["decision_account"]
    assert f"8 statements; go on next time with --after {entries['none']}\n" == said


def test_it_goes_on_where_it_stopped(town: Town, config: Config) -> None:
    """Behind an entry come only the decisions after it; with --reasons the moderator's words are told."""
    entries = judged(town)
    statements, _ = exported(config, "--after", str(entries["withhold"]), "--reasons")
    assert ["Why mute.", "Why suspend."] == [
        next(words for words in ("Why mute.", "Why suspend.") if words in statement["decision_facts"])
        for statement in statements
    ]
    nothing, said = exported(config, "--after", str(entries["none"]))
    assert ([], f"0 statements; go on next time with --after {entries['none']}\n") == (nothing, said)


def test_a_statement_needs_an_address(config: Config) -> None:
    """Without an address there is nothing to link to, and the command says what to give."""
    env = {**os.environ, "ISEGORIA_HOME": str(config.home)}
    command = [sys.executable, "-m", "app.cli", "export", "dsa"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert 2 == done.returncode
    assert "give --url, or set ISEGORIA_PUBLIC_URL" in " ".join(done.stderr.replace("│", " ").split())


def test_the_area_is_the_union_and_three_more() -> None:
    """27 states of the Union, and Iceland, Liechtenstein and Norway."""
    assert (27, 30, {"IS", "LI", "NO"}) == (len(set(UNION)), len(set(AREA)), set(AREA) - set(UNION))
