"""Statements of reasons for the EU's transparency database: every attribute within its enumerations and limits."""

import csv
import json
import os
import re
import subprocess
import sys
from datetime import date
from io import StringIO
from itertools import product
from typing import Any, get_args

import msgspec
import pytest
from msgspec.structs import replace

from app.config import Config
from app.decisions import notice_of
from app.exports.dsa import AREA, LANGUAGES, LATEST, UNION, Context, Restricted, puid_of, statement_of
from app.store.rules import Words
from governance.acts.cases import Decide
from governance.acts.words import Ground, Sanction
from governance.entry import Entry
from governance.ladder import CONTENT_TYPES, DECISION_GROUNDS, NOT_AUTOMATED, SOURCES, SUSPENDED, VISIBILITY
from governance.rules import RuleVersion
from tests.cases.town import DAY, HARASSMENT, OFF_TOPIC, PRIVATE, SPAM, UNLAWFUL, Town
from tests.governance.charters import the_charter
from tests.servers import shared_data

URL = "https://square.example"
COIN = "0" * 64
DECIDED = 1_795_000_000_000
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


def printed(config: Config, *arguments: str) -> str:
    """What the command prints."""
    env = {**os.environ, "ISEGORIA_HOME": str(config.home), "ISEGORIA_DATABASE": config.database}
    command = [sys.executable, "-m", "app.cli", "export", "dsa", "--url", URL, *arguments]
    return subprocess.run(command, env=env, capture_output=True, check=True).stdout.decode()


def check(statement: dict[str, Any], values: dict[str, list[str]], *, ends: bool = True) -> None:
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
    assert all(text is None or text <= LATEST for text in dates.values())
    assert (ends and bool(statement["decision_visibility"])) == bool(statement["end_date_visibility_restriction"])
    assert (ends and bool(statement["decision_account"])) == bool(statement["end_date_account_restriction"])
    assert statement["content_language"] in (None, *LANGUAGES)
    assert set(statement["category_addition"]) <= set(values["category"])
    assert set(statement["category_specification"]) <= set(values["category_specification"])


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


LANGUAGES_TOLD = {"": None, "en": "EN", "ar": "AR", "zh-Hant": "ZH", "tlh": None}


def test_every_kind_of_decision_is_a_statement_that_the_database_would_take(values: dict[str, list[str]]) -> None:
    """Each sanction, ground, source and kind of content that the law lets a notice have, in languages near and far."""
    contents = (CONTENT_TYPES[:1], CONTENT_TYPES)
    kinds = product(get_args(Sanction), get_args(Ground), SOURCES, contents, LANGUAGES_TOLD)
    for sanction, ground, source, content, language in kinds:
        statement = stated(sanction, ground, source, content, language)
        check(statement, values, ends=ground != "unlawful")
        assert LANGUAGES_TOLD[language] == statement["content_language"]
        assert (list(content), source) == (statement["content_type"], statement["source_type"])


def stated(sanction: Sanction, ground: Ground, source: str, content: tuple[str, ...], language: str) -> dict[str, Any]:
    """The statement of such a decision; for unlawful content one that stands longer than the database has dates."""
    category = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"
    rule = RuleVersion(3, 1, "1.1", (sanction,), 1, ground, False, category, 0, 0, 0, 3, 0)
    until = DECIDED + (20 * 365 if ground == "unlawful" else 99) * DAY
    notice = replace(notice_of(rule, sanction, DECIDED), source_type=source, content_type=content)
    act = Decide(7, (3, 1), "restrict", sanction, until, (True,), (), (), 0, "en", COIN, notice, ())
    post, words = Restricted("4711", DECIDED - DAY), Words("Title", "Text.", "Aim.", ("An element.",))
    context = Context(URL, "square.example/isegoria-1", post, rule, words, language, "")
    told = msgspec.json.encode(statement_of(9, Entry(act, DECIDED, "m:5"), act, context))
    statement: dict[str, Any] = json.loads(told)
    return statement


def test_every_value_of_the_law_is_one_of_the_database(values: dict[str, list[str]]) -> None:
    """What stands in governance/ladder.py and in the founding rules, attribute by attribute."""
    assert set(VISIBILITY.values()) <= set(values["decision_visibility"])
    assert set(get_args(Sanction)) - {"suspend"} == set(VISIBILITY)
    assert SUSPENDED in values["decision_account"]
    assert set(DECISION_GROUNDS.values()) == set(values["decision_ground"])
    assert set(get_args(Ground)) == set(DECISION_GROUNDS)
    assert set(CONTENT_TYPES) <= set(values["content_type"])
    assert set(SOURCES) <= set(values["source_type"])
    assert NOT_AUTOMATED in values["automated_decision"]
    assert {rule.category for rule in the_charter().rules} <= set(values["category"])


def test_each_post_of_a_decision_has_a_statement_of_its_own_name() -> None:
    """A decision about spam names up to 256 posts beside the reported one: no two statements bear one name."""
    names = [puid_of("square.example/isegoria-1a2b", 9, place) for place in range(257)]
    assert 257 == len(set(names))
    assert ("square-example-isegoria-1a2b-9", "square-example-isegoria-1a2b-9-1") == (names[0], names[1])
    assert all(re.fullmatch("[A-Za-z0-9_-]{1,500}", name) for name in names)


def test_each_form_tells_the_same(town: Town, config: Config) -> None:
    """Statement by statement as in the requests: a line each, or a row each with the attributes as columns."""
    judged(town)
    statements, _ = exported(config)
    lines = printed(config, "--form", "lines").splitlines()
    assert statements == [json.loads(line) for line in lines]
    rows = list(csv.DictReader(StringIO(printed(config, "--form", "csv"))))
    assert list(statements[0]) == list(rows[0])
    for statement, row in zip(statements, rows, strict=True):
        assert {name: in_a_cell(value) for name, value in statement.items()} == row


def in_a_cell(value: object) -> str:
    """A value as the table has it."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, separators=(",", ":"))


def test_only_what_was_decided_since_a_day(town: Town, config: Config) -> None:
    """From the first moment of the day on, in UTC; what was reversed since is told as it was decided, once."""
    town.admit("ann", "ben")
    town.elect("mia", "max")
    opener = town.say("ben", "The pool?", topic="The pool")
    cases = []
    for text in ("Chess?", "Tea?"):
        cases.append(town.report("ben", town.say("ann", text, reply_to=opener), OFF_TOPIC))
        town.folds("mia", cases[-1])
        town.later(2 * DAY)
    appeal = town.does("ann", f"/cases/{cases[1]}/appeal", statement="Look again.")
    town.does("max", f"/appeals/{appeal}/reconsider", outcome="reverse", reasons="It was on topic.")
    all_, _ = exported(config)
    later, _ = exported(config, "--since", all_[1]["application_date"])
    assert 2 == len(all_) and all_[1:] == later
    assert all_ == exported(config, "--since", all_[0]["application_date"])[0]
    assert [] == exported(config, "--since", "2037-01-01")[0]


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
