"""The figures on their page, in their files and as JSON, against what was done."""

import csv
from io import StringIO

import msgspec
from rich.console import Console

from app.auditor import Question, run_audit
from app.cli._report import print_report
from app.clock import SetClock
from app.signer import Signer
from app.square import Square
from tests.cases.town import DAY, OFF_TOPIC, SPAM, Town

WORDS = "Buy two of these wonderful lamps today and pay for one of them next year, dear neighbours"


def lived(town: Town) -> dict[str, int]:
    """Two posts alike, one folded and one left; a decision reversed; a case that waits. The cases by what they are."""
    town.admit("ann", "ben")
    town.elect("mia", "max")
    opener = town.say("ben", "The pool?", topic="The pool")
    posts = [
        town.say("ann", text, reply_to=opener)
        for text in (WORDS, WORDS.replace("neighbours", "friends"), "Chess?", "Tea?")
    ]
    folded, left, reversed_, waiting = (town.report("ben", post, OFF_TOPIC) for post in posts)
    town.later(DAY)
    town.folds("mia", folded)
    town.folds("mia", left, sanction="label", milder_label="")
    town.folds("max", reversed_)
    appeal = town.does("ann", f"/cases/{reversed_}/appeal", statement="Look again.")
    town.does("mia", f"/appeals/{appeal}/reconsider", outcome="reverse", reasons="It was on topic.")
    town.clears("max", town.report("ben", posts[0], SPAM))
    return {"folded": folded, "left": left, "reversed": reversed_, "waiting": waiting}


def test_the_figures_are_those_of_what_was_done(town: Town) -> None:
    """One pair alike and unlike, one decision of four reversed, a day to a decision, three restrictions."""
    cases = lived(town)
    figures = town.program().get("/transparency").json()["figures"]
    rule, spam = town.rule(OFF_TOPIC), town.rule(SPAM)
    assert {"part": 1, "whole": 1} == figures["consistency"]["pairs"]
    assert [{"rule": rule, "label": OFF_TOPIC, "first": cases["folded"], "second": cases["left"]}] == (
        figures["consistency"]["unlike"]
    )
    assert [(spam, "max", 0, 1), (rule, "mia", 0, 2), (rule, "max", 1, 1)] == [
        (row["rule"], name, row["reversed"]["part"], row["reversed"]["whole"])
        for row in figures["reversals"]
        for name in ("mia", "max")
        if town.number(name) == row["decider"]
    ]
    _, off_topic = figures["delays"]
    assert (3, 1, DAY) == (off_topic["decided"], off_topic["open"], off_topic["median"] // DAY * DAY)
    assert [{"label": OFF_TOPIC, "rule": rule, "restrictions": {"part": 3, "whole": 3}}] == figures["shares"]["by_rule"]


def test_each_table_is_a_file(town: Town) -> None:
    """Every file that the page links to is there, with the numbers of the JSON; another name is no file."""
    cases = lived(town)
    page = town.browser().open("/transparency")
    links = [link["href"] for link in page.document.all("a") if link["href"].endswith(".csv")]
    assert {"pairs", "like-cases", "reversals", "delays", "shares"} == {
        link.removeprefix("/transparency/").removesuffix(".csv") for link in links
    }
    tables = {link: list(csv.DictReader(StringIO(town.program().get(link).text))) for link in links}
    assert [(str(cases["folded"]), str(cases["left"]))] == [
        (row["case"], row["other_case"]) for row in tables["/transparency/like-cases.csv"]
    ]
    assert [{"rule": str(town.rule(OFF_TOPIC)), "label": OFF_TOPIC, "unlike": "1", "pairs": "1"}] == (
        tables["/transparency/pairs.csv"]
    )
    assert ["0", "0", "1"] == [row["reversed"] for row in tables["/transparency/reversals.csv"]]
    by = [row["by"] for row in tables["/transparency/shares.csv"]]
    assert ["rule", "machine", "emergency", "unlawful content"] == by
    assert 404 == town.program().get("/transparency/lies.csv").status_code


def test_each_figure_is_a_picture_that_says_in_words_what_it_shows(town: Town) -> None:
    """Title and description, the same amounts as text in it; it begins where its reader does."""
    lived(town)
    page = town.browser().open("/transparency")
    pictures = [one for one in page.document.all("svg") if one.attributes.get("role") == "img"]
    assert ["like-chart", "reversals-chart", "delays-chart", "shares-chart"] == [
        one["aria-labelledby"].partition("-title ")[0] for one in pictures
    ]
    told = [one.text for picture in pictures for one in picture.all("desc")]
    assert "Of 4 decisions 1 were reversed. The same figures stand in the table below." == told[1]
    rows = [one.text for one in pictures[1].all("text")]
    assert [f"Rule {OFF_TOPIC}, {town.number('max')}", "1 of 1"] == rows[-2:]
    assert f"in the entries 0 to {town.size - 1} of the ledger" in page.document.text
    assert ("0", "640") == (pictures[1].all("text")[0]["x"], pictures[1].all("text")[1]["x"])
    town.browser().http.headers["Accept-Language"] = "ar"
    mirrored = town.browser().open("/transparency").document.all("text")
    assert ("640", "0") == (mirrored[0]["x"], mirrored[1]["x"])


def test_a_count_is_shown_again_for_a_minute(town: Town) -> None:
    """What happens after a count is in the next one, a minute later and not before."""
    town.admit("ann", "ben")
    counts = [_cases(town)]
    town.report("ben", town.say("ann", "Chess?", topic="Games"), OFF_TOPIC)
    for wait in (59_000, 1_000):
        town.later(wait)
        counts.append(_cases(town))
    assert [0, 0, 1] == counts


def _cases(town: Town) -> int:
    cases: int = town.program().get("/transparency").json()["figures"]["cases"]
    return cases


def test_a_square_without_decisions_says_so(town: Town) -> None:
    """The page stands before anything was decided, and shows nothing as nothing."""
    page = town.browser().open("/transparency")
    assert "0 of 0 pairs" in page.document.text
    assert "Nothing has been decided yet." in page.document.text


def test_an_audit_counts_the_same(town: Town) -> None:
    """Whoever replays the ledger with the public texts gets every number that the square shows, and prints it."""
    lived(town)
    shown = town.program().get("/transparency").json()["figures"]

    async def sign(square: Square) -> None:
        await Signer(square.database, square.config.home, square.clock).look()

    town.site.run(sign)
    report = run_audit(Question(where=town.site.url, at=shown["at"], pause=0.0), SetClock(town.now), _tell_nobody)
    assert shown == msgspec.json.decode(msgspec.json.encode(report.figures))
    written = StringIO()
    print_report(report, Console(file=written, width=200))
    assert "pairs of like cases under one rule that ended unlike" in written.getvalue()
    assert "are alike and ended unlike" in written.getvalue()


def _tell_nobody(_what: str, _done: int, _total: int) -> None:
    """Nobody watches the progress."""
