"""Who may read which text behind a commitment."""

import json
from dataclasses import dataclass

import pytest

from app.openings import VISITOR, Matter, Reader, may_see
from governance.acts.appeals import Reconsider
from governance.acts.cases import Decide, Lift, Report
from governance.acts.proposals import Enact, EnactRule
from governance.commitment import commit
from tests.cases.town import DAY, OFF_TOPIC, PRIVATE, SPAM, Town

FOLDED = Matter(7, "m:1", (3,), True)
WITHHELD = Matter(7, "m:1", (3,), False)

AUTHOR = Reader("m:1")
REPORTER = Reader("m:2", has_reported=frozenset({7}))
OTHER_REPORTER = Reader("m:4", has_reported=frozenset({8}))
HAS_DECIDED = Reader("m:3")
MODERATOR = Reader("m:5", is_moderator=True)
MEMBER = Reader("m:6")
NEWCOMER = Reader(None, has_reported=frozenset({7}))
ALL = (AUTHOR, REPORTER, OTHER_REPORTER, HAS_DECIDED, MODERATOR, MEMBER, NEWCOMER, VISITOR)
PARTIES_AND_DECIDERS = {AUTHOR, REPORTER, HAS_DECIDED, MODERATOR, NEWCOMER}


@pytest.mark.parametrize("field", ["title", "text", "aim", "element/1", "element/12", "reasons", "milder/label"])
def test_words_of_rules_and_reasons_are_everyones(field: str) -> None:
    """Rules, and the reasons of decisions, are read by everybody, whatever the case."""
    assert set(ALL) == {reader for reader in ALL if may_see(field, None, reader) and may_see(field, WITHHELD, reader)}


def test_what_was_folded_is_everyones() -> None:
    """What was folded or labelled everybody may compare with its like."""
    assert set(ALL) == {reader for reader in ALL if may_see("content", FOLDED, reader)}


@pytest.mark.parametrize("field", ["content", "reason", "statement"])
def test_what_is_withheld_is_for_parties_and_deciders(field: str) -> None:
    """Withheld words, reasons of reports, and statements: the author, who reported, who decided and who may decide."""
    matter = WITHHELD if field == "content" else FOLDED
    assert PARTIES_AND_DECIDERS == {reader for reader in ALL if may_see(field, matter, reader)}


@pytest.mark.parametrize("field", ["", "contents", "ballot/7", "secret", "element", "milder"])
def test_a_field_that_nobody_knows_is_nobodys(field: str) -> None:
    """What this release does not know is shown to nobody."""
    assert set() == {reader for reader in ALL if may_see(field, FOLDED, reader)}


def test_a_text_without_a_case_is_nobodys() -> None:
    """A reported text whose case cannot be found is shown to nobody."""
    assert set() == {reader for reader in ALL if may_see("content", None, reader)}


@dataclass
class Told:
    """What one reader of a case is told."""

    content: bool
    reason: bool
    statement: bool


def told(town: Town, case: int, handle: str) -> Told:
    """Whether a reader of a case's page sees the post, the report and the statement, as JSON and on the page alike."""
    said = town.case(case, handle)
    reports, appeals = said["reports"], said["appeals"]
    assert isinstance(reports, list)
    assert isinstance(appeals, list)
    html = town.browser(handle).open(f"/cases/{case}").html
    seen = Told("The words." in html, "The report." in html, "The statement." in html)
    statement = bool(appeals) and appeals[0]["statement"] is not None
    assert seen == Told(said["content"] is not None, reports[0]["reason"] is not None, statement)
    return seen


def test_each_kind_of_reader_on_the_page_of_a_case(town: Town) -> None:
    """An open case, a folded post, a withheld one, and one that its author has deleted."""
    town.admit("ann", "ben", "eve")
    town.elect("mia", "max")
    opener = town.say("ben", "The pool?", topic="The pool")
    folded = town.say("ann", "The words.", reply_to=opener)
    withheld = town.say("ann", "The words.")
    parties, others = ("ann", "ben", "mia", "max"), ("eve", "", "steward")
    case = town.report("ben", folded, OFF_TOPIC, "The report.")
    for handle in parties:
        assert Told(True, True, False) == told(town, case, handle), handle
    for handle in others:
        assert Told(False, False, False) == told(town, case, handle), handle
    town.folds("mia", case)
    town.does("ann", f"/cases/{case}/appeal", statement="The statement.")
    hidden = town.report("ben", withheld, PRIVATE, "The report.")
    said = {"elements": [True] * 3, "reasons": "An address.", "milder_fold": "Folded posts open.", "duration": 9}
    town.does("max", f"/cases/{hidden}/decide", sanction="withhold", **said)
    for handle in parties:
        assert Told(True, True, True) == told(town, case, handle), handle
        assert Told(True, True, False) == told(town, hidden, handle), handle
    for handle in others:
        assert Told(True, False, False) == told(town, case, handle), handle
        assert Told(False, False, False) == told(town, hidden, handle), handle
    town.do("ann", f"/posts/{folded}/delete")
    assert Told(False, False, False) == told(town, case, "eve")
    assert Told(True, True, True) == told(town, case, "ben")


def public(town: Town) -> list[dict[str, object]]:
    """The lines of the file of public openings."""
    answer = town.program().get("/data/openings.jsonl")
    assert (200, "*") == (answer.status_code, answer.headers["access-control-allow-origin"])
    return [json.loads(line) for line in answer.text.splitlines()]


def test_the_file_of_public_openings(town: Town) -> None:
    """Every line opens a commitment of its entry; what is not everyone's is not in it."""
    town.admit("ann", "ben")
    town.elect("mia", "max")
    opener = town.say("ben", "The pool?", topic="The pool")
    folded = town.report("ben", town.say("ann", "Folded words.", reply_to=opener), OFF_TOPIC, "The report.")
    twice = town.say("ann", "Withheld and folded.", reply_to=opener)
    also = town.report("ben", twice, OFF_TOPIC, "The report.")
    withheld = town.report("ben", twice, PRIVATE, "The report.")
    left = town.report("ben", town.say("ann", "Left alone."), SPAM, "The report.")
    town.report("ben", town.say("ann", "Not decided yet."), SPAM, "The report.")
    for case in (folded, also):
        town.folds("mia", case)
    said = {"elements": [True] * 3, "reasons": "An address.", "milder_fold": "Folded posts open.", "duration": 9}
    town.does("max", f"/cases/{withheld}/decide", sanction="withhold", **said)
    town.clears("mia", left)
    appeal = town.does("ann", f"/cases/{folded}/appeal", statement="The statement.")
    town.does("max", f"/appeals/{appeal}/reconsider", outcome="maintain", reasons="It was right.")
    town.does("max", f"/cases/{folded}/lift", reasons="Enough now.")
    lines = public(town)
    assert [(line["entry"], line["field"]) for line in lines] == sorted(
        (line["entry"], line["field"]) for line in lines
    )
    committed = {(index, hash_) for index, entry in enumerate(town.entries()) for hash_ in _hashes(entry.act)}
    for line in lines:
        opened = commit(str(line["field"]), bytes.fromhex(str(line["salt"])), str(line["value"]).encode())
        assert (line["entry"], opened.hex()) in committed
    values = [str(line["value"]) for line in lines]
    public_words = {"Folded words.", "Left alone.", "An address.", "Folded posts open.", "It was right.", "Enough now."}
    assert public_words <= set(values)
    assert not {"The report.", "The statement.", "Not decided yet.", "Withheld and folded."} & set(values)
    town.later(10 * DAY)
    assert "Withheld and folded." in {line["value"] for line in public(town)}


def _hashes(act: object) -> list[str]:
    """The commitments of an act."""
    if isinstance(act, Enact) and isinstance(act.change, EnactRule):
        return [one.hash for one in act.change.commits]
    if isinstance(act, Decide):
        return [one.hash for one in act.commits] + [one.hash for one in act.milder]
    return [one.hash for one in act.commits] if isinstance(act, Report | Lift | Reconsider) else []


def test_the_file_is_read_piece_by_piece(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the size of the pieces, the file holds the same lines, each once."""
    whole = public(town)
    for size in (1, 7, len(whole), len(whole) + 1):
        monkeypatch.setattr("app.openings.AT_ONCE", size)
        assert whole == public(town)


def seen(town: Town, handle: str, path: str) -> set[str]:
    """Which of the texts of a case a reader finds at an address, as a program and on its page."""
    json_, html = town.program(handle).get(path).text, town.browser(handle).http.get(path, headers=HTML).text
    found = {text for text in TEXTS if text in json_}
    assert found == {text for text in TEXTS if text in html}, (handle, path)
    return found


HTML = {"Accept": "text/html"}
TEXTS = ("Words of ann.", "Reason of ben.", "Reason of cid.", "Reasons of mia.", "Statement of ann.")
REASONS = "Reasons of mia."


def test_each_opening_on_each_route_for_each_reader(town: Town) -> None:
    """A withheld post: parties and those who decide read all of it, everybody else the reasons, wherever they look."""
    town.admit("ann", "ben", "cid", "eve")
    town.elect("mia", "max")
    town.appoint("olga")
    town.come("newcomer")
    case = town.report("ben", town.say("ann", "Words of ann."), PRIVATE, "Reason of ben.")
    also = town.report("cid", town.case(case)["post"], PRIVATE, "Reason of cid.")  # type: ignore[arg-type]
    joined = town.size - 1
    said = {"elements": [True] * 3, "reasons": REASONS, "milder_fold": "Folded posts open.", "duration": 9}
    decision = town.does("mia", f"/cases/{case}/decide", sanction="withhold", **said)
    appeal = town.does("ann", f"/cases/{case}/appeal", statement="Statement of ann.")
    assert also == case
    inside = {
        f"/cases/{case}": set(TEXTS),
        f"/ledger/{case}": {"Words of ann.", "Reason of ben."},
        f"/ledger/{joined}": {"Words of ann.", "Reason of cid."},
        f"/ledger/{appeal}": {"Statement of ann."},
        f"/ledger/{case}/openings.jsonl": {"Words of ann.", "Reason of ben."},
        f"/ledger/{joined}/openings.jsonl": {"Words of ann.", "Reason of cid."},
        f"/ledger/{appeal}/openings.jsonl": {"Statement of ann."},
    }
    outside = {f"/cases/{case}": {REASONS}} | {path: set() for path in inside if path != f"/cases/{case}"}
    everyone = {f"/ledger/{decision}": {REASONS}, f"/ledger/{decision}/openings.jsonl": {REASONS}}
    for handle in ("ann", "ben", "cid", "mia", "max"):
        assert inside | everyone == {path: seen(town, handle, path) for path in inside | everyone}, handle
    for handle in ("", "eve", "olga", "steward", "newcomer"):
        assert outside | everyone == {path: seen(town, handle, path) for path in inside | everyone}, handle
    for handle in ("", "ann", "mia", "olga"):
        assert {REASONS} == {text for text in TEXTS if text in town.program(handle).get("/data/openings.jsonl").text}


def test_ones_own_openings_go_with_the_proof(town: Town) -> None:
    """What a party takes along opens the commitments of the entry; nobody's cache keeps it."""
    town.admit("ann", "ben")
    town.elect("mia")
    case = town.report("ben", town.say("ann", "The words."), PRIVATE, "The report.")
    answer = town.program("ben").get(f"/ledger/{case}/openings.jsonl")
    assert "private, no-store" == answer.headers["cache-control"]
    lines = [json.loads(line) for line in answer.text.splitlines()]
    hashes = {commit(one["field"], bytes.fromhex(one["salt"]), one["value"].encode()).hex() for one in lines}
    assert hashes == set(_hashes(town.entry(case).act))
    assert "" == town.program().get(f"/ledger/{case}/openings.jsonl").text
