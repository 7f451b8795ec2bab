"""Juries over HTTP: from a report to every verdict, who sees what when, and a draw that anybody repeats."""

import subprocess
import sys
from functools import partial
from hashlib import sha256

import pytest

from app.square import Square
from app.store.juries import reasons_of_jurors
from tests.cases.bench import BLANK, JURORS, LET_STAND, REVERSE, UPHOLD, Bench
from tests.cases.town import DAY, Town, refusal_of


@pytest.fixture
def bench(town: Town) -> Bench:
    """Eighteen members with a place that counts, and a case that is reported."""
    return Bench(town)


def test_the_register(town: Town) -> None:
    """Every member takes a place by a form, once, leaves it, and takes the same again."""
    town.admit("ann", "ben")
    ann = town.browser("ann")
    page = ann.submit("/jury/join", at="/jury")
    assert "It counts for decisions made from" in page.text
    town.refuses("jury-1", "ann", "/jury/join")
    town.does("ben", "/jury/join")
    page = ann.submit("/jury/leave", at="/jury")
    assert "You had place 0" in page.text
    town.refuses("jury-1", "ann", "/jury/leave")
    town.does("ann", "/jury/join")
    told = town.program("ann").get("/jury").json()
    assert (0, 0) == (told["place"]["place"], told["place"]["left"])
    assert town.program().get("/jury").json()["place"] is None
    assert (2, 2) == (told["length"], told["present"])
    town.come("cid")
    assert refusal_of(town.do("cid", "/jury/join")) == "member-1"


def test_upheld(bench: Bench) -> None:
    """Five of seven uphold: the fold lasts as long as was decided, and reasons are public."""
    town = bench.town
    jury = bench.goes_to_jury()
    assert ("jury", "folded") == (town.stands(bench.case), town.shown(bench.post))
    assert f"jury {jury} sits over it" in town.browser().open(f"/posts/{bench.post}").text
    assert 7 == len(bench.seated(jury)) and 7 == len(bench.seated(jury, "alternate"))
    bench.votes(jury, [UPHOLD] * 5 + [REVERSE, BLANK], {0: "It is about *cars*.", 6: "I cannot tell."})
    told = bench.told(jury)
    assert ("carried", {"It is about *cars*.", "I cannot tell."}) == (told["status"], set(told["reasons"]))  # type: ignore[call-overload]
    case = town.case(bench.case)
    assert ("upheld", "folded") == (case["stands"], town.shown(bench.post))
    decision = case["decision"]
    assert isinstance(decision, dict)
    assert decision["decided_until"] == decision["until"] == case["date"]
    steps = case["steps"]
    assert isinstance(steps, list)
    whats = [step["what"] for step in steps]
    assert ["reconsider", "draw_jury", "open_vote", "close_vote"] == whats[-4:]
    assert "uphold/carried" == steps[-1]["answer"]
    assert "Upheld by the jury" in town.browser().open(f"/cases/{bench.case}").text
    page = town.browser().open(f"/jury/{jury}")
    assert "5 to uphold, 1 to reverse, 1 blank" in page.text and "Recounted just now" in page.text
    assert "It is about cars." in page.text
    assert f"upheld by jury {jury}" in town.browser().open(f"/posts/{bench.post}").text
    item = town.program().get("/modlog").json()["items"][0]
    assert ("upheld", jury) == (item["appeal"], item["jury"])


def test_reversed(bench: Bench) -> None:
    """Four of seven are less than two thirds: the fold ends with the count."""
    jury = bench.goes_to_jury()
    bench.votes(jury, [UPHOLD] * 4 + [REVERSE] * 3)
    assert ("reversed", "open") == (bench.town.stands(bench.case), bench.town.shown(bench.post))
    page = bench.town.browser().open(f"/cases/{bench.case}")
    assert "a jury did not uphold it" in page.text
    assert "reversed" == bench.town.program().get("/modlog").json()["items"][0]["appeal"]
    assert "It reversed the decision" in bench.town.browser().open(f"/jury/{jury}").text


def test_too_few_vote(bench: Bench) -> None:
    """Four ballots are no verdict, though all of them uphold."""
    jury = bench.goes_to_jury()
    bench.votes(jury, [UPHOLD] * 4)
    assert ("void", "reversed") == (bench.told(jury)["status"], bench.town.stands(bench.case))


def test_returned(bench: Bench) -> None:
    """On the reporters' appeal a jury returns the case with its reasons, and a third moderator decides."""
    town = bench.town
    town.elect("mo")
    town.clears("mia", bench.case)
    said = {"side": "reporter", "statement": "It is about cars.", "words": "and none of mine"}
    appeal = town.does("ben", f"/cases/{bench.case}/appeal", **said)
    jury = bench.is_kept(appeal)
    assert "contested" == town.stands(bench.case)
    assert "A jury judges whether the case is returned" in town.browser().open(f"/cases/{bench.case}").text
    bench.votes(jury, [UPHOLD] * 7, {3: "Look at the topic again."})
    assert "returned" == town.stands(bench.case)
    assert "Returned by the jury" in town.browser().open(f"/cases/{bench.case}").text
    assert ["Look at the topic again."] == bench.told(jury)["reasons"]
    town.folds("mo", bench.case)
    assert "restricts" == town.stands(bench.case)


def test_the_answer_stands(bench: Bench) -> None:
    """Less than two thirds return nothing; those who reported may appeal once more, to fifteen others."""
    town = bench.town
    town.clears("mia", bench.case)
    said = {"side": "reporter", "statement": "It is about cars.", "words": "mine"}
    jury = bench.is_kept(town.does("ben", f"/cases/{bench.case}/appeal", **said))
    bench.votes(jury, [UPHOLD] * 4 + [LET_STAND] * 3)
    assert "kept" == town.stands(bench.case)
    assert "appeal_as_reporter" in town.offers(bench.case, "ben")
    assert "You may appeal once more" in town.browser("ben").open(f"/cases/{bench.case}").text


def test_dissolved_by_excuses(bench: Bench) -> None:
    """Each who is excused makes room for the next; with the seventh the jury is dissolved, and the fold ends."""
    town = bench.town
    jury = bench.goes_to_jury()
    first, alternates = bench.seated(jury), bench.seated(jury, "alternate")
    page = town.browser(first[0]).submit(f"/jury/{jury}/excuse", at=f"/jury/{jury}")
    assert "You were excused from this jury." in page.text
    assert [*first[1:], alternates[0]] == bench.seated(jury)
    town.refuses("jury-6", first[0], f"/jury/{jury}/excuse", seat=0)
    town.refuses("jury-6", first[0], f"/jury/{jury}/excuse", seat=1)
    entries = [bench.excuses(jury, juror) for juror in first[1:]]
    assert ("dissolved", entries[-1]) == (bench.told(jury)["status"], bench.told(jury)["closed"])
    assert ("reversed", "open") == (town.stands(bench.case), town.shown(bench.post))
    page = town.browser().open(f"/cases/{bench.case}")
    assert "The jury was dissolved" in page.text and "A juror was excused" in page.text
    assert "Dissolved: too few were left" in town.browser().open(f"/jury/{jury}").text


def test_a_second_appeal(town: Town) -> None:
    """Upheld, the author appeals once more by the form; others are drawn from a coin of the first draw; it is final."""
    bench = Bench(town, [f"juror{place:02}" for place in range(1, 19)])
    jury = bench.goes_to_jury()
    bench.votes(jury, [UPHOLD] * 7)
    ann = town.browser("ann")
    page = ann.open(f"/cases/{bench.case}")
    assert "Appeal once more" in page.text
    said = {"statement": "Once more.", "words": "a second few"}
    page = ann.submit(f"/cases/{bench.case}/appeal", said, at=f"/cases/{bench.case}")
    assert "goes to a jury of others" in page.text
    bench.ticks()
    # Of eighteen, fourteen sat in the first jury: four are too few to be a second one.
    assert jury == bench.last()
    town.later(21 * DAY)
    assert ("ended", "open") == (town.stands(bench.case), town.shown(bench.post))


def test_a_second_jury(town: Town) -> None:
    """With enough members a second jury is drawn from a secret that the first draw had bound."""
    bench = Bench(town, [f"juror{place:02}" for place in range(1, 25)])
    jury = bench.goes_to_jury()
    bench.votes(jury, [UPHOLD] * 7)
    second = town.does("ann", f"/cases/{bench.case}/appeal", statement="Once more.", words="a second few")
    bench.ticks()
    other = bench.last()
    assert other != jury
    drawn, told = bench.told(other)["draw"], bench.told(other)
    assert isinstance(drawn, dict)
    assert (2, second, jury) == (told["instance"], drawn["brought"], drawn["committed"])
    assert not set(bench.seated(other)) & {*bench.seated(jury), *bench.seated(jury, "alternate")}
    assert {"apart"} >= {place["why"] for place in drawn["places"] if place["seat"] is None}
    bench.votes(other, [UPHOLD] * 5)
    assert "upheld" == town.stands(bench.case)
    assert "its verdict is final" in town.browser().open(f"/cases/{bench.case}").text
    assert "appeal" not in town.offers(bench.case, "ann")
    town.refuses("appeal-8", "ann", f"/cases/{bench.case}/appeal", statement="And again.")


def test_a_juror_who_reported(town: Town) -> None:
    """Who reported the post may be drawn, is offered the excuse first, and casts no ballot."""
    bench = Bench(town, JURORS[:7])
    for juror in JURORS[:7]:
        town.report(juror, bench.post, "5.1", "It is.")
    jury = bench.goes_to_jury()
    first, *rest = bench.seated(jury)
    page = town.browser(first).open(f"/jury/{jury}")
    assert "You reported the post that is judged here" in page.text
    assert page.text.index("Can you judge freely?") < page.text.index("The evidence")
    bench.excuses(jury, first)
    bench.opens(jury)
    vote = bench.vote(jury)
    assert "Cast the ballot" not in town.browser(rest[0]).open(f"/jury/{jury}").text
    town.refuses("jury-10", rest[0], f"/votes/{vote}/ballot", choice=UPHOLD)
    bench.closes()
    assert "void" == bench.told(jury)["status"]


def test_who_sees_what_when(bench: Bench) -> None:
    """The evidence, without names, is for who serves, while the jury sits; nobody else gains anything by it."""
    town = bench.town
    jury = bench.goes_to_jury(words="heron over the bridge")
    serving, alternate = bench.seated(jury), bench.seated(jury, "alternate")
    bench.excuses(jury, excused := serving.pop(0))
    serving.append(alternate.pop(0))
    others = ["", "ann", "ben", "mia", "max", alternate[0], excused]
    assert all(bench.told(jury, juror)["evidence"] is not None for juror in serving)
    assert all(bench.told(jury, other)["evidence"] is None for other in others)
    statement = "Parking is part of a pool."
    sees = {handle: town.browser(handle).open(f"/ledger/{_appeal(bench)}").text for handle in (*others, serving[0])}
    assert {"ann", "ben", "mia", "max", serving[0]} == {who for who, text in sees.items() if statement in text}
    page = town.browser(serving[0]).open(f"/jury/{jury}")
    for said in ("The car park is too dear.", "Cars, not pools.", statement, "It says nothing about the pool."):
        assert said in page.text
    evidence = page.text[page.text.index("The evidence") : page.text.index("The draw")]
    for name in ("ann", "ben", "mia", "max"):
        assert town.number(name) not in evidence and f"@{name}" not in evidence
        assert town.number(name) not in str(bench.told(jury, serving[0])["evidence"])
    bench.votes(jury, [UPHOLD] * 7)
    assert bench.told(jury, serving[0])["evidence"] is None
    assert statement not in town.browser(serving[0]).open(f"/ledger/{_appeal(bench)}").text


def _appeal(bench: Bench) -> int:
    appeals = bench.town.case(bench.case)["appeals"]
    assert isinstance(appeals, list)
    return int(appeals[0]["appeal"])


def test_a_withheld_post_is_shown_to_its_jury(bench: Bench) -> None:
    """What nobody else may read, a jury reads while it sits."""
    town = bench.town
    post = town.say("ann", "Ben lives at Quay 3.")
    bench.case = town.report("ben", post, "3.1", "My address.")
    said = {"elements": [True] * 3, "reasons": "An address.", "milder_fold": "Folded posts open.", "duration": 30}
    town.does("mia", f"/cases/{bench.case}/decide", sanction="withhold", **said)
    jury = bench.is_kept(town.does("ann", f"/cases/{bench.case}/appeal", statement="He said so himself."))
    juror, alternate = bench.seated(jury)[0], bench.seated(jury, "alternate")[0]
    assert "Quay 3" in town.browser(juror).open(f"/jury/{jury}").text
    assert "Quay 3" not in town.browser(alternate).open(f"/jury/{jury}").text
    assert "Quay 3" not in town.browser().open(f"/jury/{jury}").text
    assert "Quay 3" not in town.browser(juror).open(f"/posts/{post}").text


def test_the_draw_is_drawn_again(bench: Bench) -> None:
    """From the page's JSON anyone computes coin, seed and places; the lines of Python that it shows print the same."""
    words = "heron over the bridge"
    town = bench.town
    town.does(JURORS[4], "/jury/leave")
    jury = bench.goes_to_jury(words=words)
    draw = bench.told(jury)["draw"]
    assert isinstance(draw, dict)
    length, secret, nonce = draw["length"], bytes.fromhex(draw["secret"]), sha256(words.encode()).digest()
    assert (18, nonce.hex()) == (length, draw["nonce"])
    assert draw["coin"] == sha256(secret).hexdigest()
    numbers = draw["case"].to_bytes(8, "big") + length.to_bytes(8, "big")
    seed = sha256(b"isegoria/jury/v1\0" + numbers + secret + nonce).digest()
    assert seed.hex() == draw["seed"]
    left = list(range(length))
    drawn: list[int] = []
    counter = 0
    while len(drawn) < len(draw["places"]):
        word = int.from_bytes(sha256(seed + counter.to_bytes(8, "big")).digest()[:8], "big")
        counter, bound = counter + 1, length - len(drawn)
        if word < 2**64 - 2**64 % bound:
            here = len(drawn)
            there = here + word % bound
            left[here], left[there] = left[there], left[here]
            drawn.append(left[here])
    assert drawn == [place["place"] for place in draw["places"]]
    out = {place["member"]: place["why"] for place in draw["places"] if place["seat"] is None}
    assert set(out) <= {town.number(JURORS[4])} and set(out.values()) <= {"left"}
    assert 14 == sum(place["seat"] is not None for place in draw["places"])
    printed = subprocess.run([sys.executable, "-c", draw["program"]], capture_output=True, text=True, check=True)
    assert f"{draw['coin']} {draw['seed']} {drawn}\n" == printed.stdout
    page = town.browser().open(f"/jury/{jury}")
    assert all(one in page.text for one in (draw["coin"], draw["seed"], draw["nonce"], draw["secret"]))


def test_the_appellant_compares_their_words(bench: Bench) -> None:
    """Only the appellant sees the words, beside the hash that stands in the ledger."""
    jury = bench.goes_to_jury(words="heron over the bridge")
    town, path = bench.town, f"/cases/{bench.case}"
    page = town.browser("ann").open(path)
    assert "heron over the bridge" in page.text and "Both agree." in page.text
    for other in ("", "ben", "mia", bench.seated(jury)[0]):
        assert "heron over the bridge" not in town.program(other).get(path).text
        assert "heron over the bridge" not in town.browser(other).open(path).text


def test_no_page_joins_juror_and_ballot(bench: Bench) -> None:
    """After the close every ballot and every reason is public, and none stands beside a number."""
    town = bench.town
    jury = bench.goes_to_jury()
    bench.opens(jury)
    vote, (first, *rest) = bench.vote(jury), bench.seated(jury)
    cast = town.program(first).post(
        f"/votes/{vote}/ballot", {"choice": 0, "reason": "Cars."}, **{"Idempotency-Key": "k"}
    )
    again = town.program(first).post(
        f"/votes/{vote}/ballot", {"choice": 0, "reason": "Cars."}, **{"Idempotency-Key": "k"}
    )
    assert cast.json() == again.json()
    assert refusal_of(town.do(first, f"/votes/{vote}/ballot", choice=1)) == "ballot-1"
    for juror in rest:
        town.do(juror, f"/votes/{vote}/ballot", choice=0)
    assert refusal_of(town.do("ben", f"/votes/{vote}/ballot", choice=0)) == "roll-3"
    assert "Cars." not in town.program("mia").get(f"/jury/{jury}").text
    bench.closes()
    told = bench.told(jury)
    assert ["Cars."] == told["reasons"]
    receipt = cast.json()
    found = town.program().post(f"/votes/{vote}/receipt", {key: receipt[key] for key in ("place", "token", "choice")})
    assert ("sealed", jury) == (found.json()["lies"], found.json()["jury"])
    openings = town.program().get(f"/votes/{vote}/openings/tile/entries/000.p/7")
    assert town.number(first) not in openings.text
    assert town.site.run(partial(_rows_of_reasons, vote=vote)) == 0


async def _rows_of_reasons(square: Square, vote: int) -> int:
    return len(await square.database.read(lambda tx: reasons_of_jurors(tx, vote)))


def test_a_juror_is_told_on_every_page(bench: Bench) -> None:
    """A juror and an alternate learn it everywhere, with the date; who was not drawn learns nothing."""
    town = bench.town
    jury = bench.goes_to_jury()
    juror, alternate = bench.seated(jury)[0], bench.seated(jury, "alternate")[0]
    for path in ("/about", "/", "/me"):
        assert "the evidence is open until" in town.browser(juror).open(path).html
        assert "You are an alternate" in town.browser(alternate).open(path).html
        assert "You are a juror" not in town.browser("ben").open(path).html
    bench.opens(jury)
    assert "vote by" in town.browser(juror).open("/about").html
    vote = bench.vote(jury)
    page = town.browser(juror).submit(f"/votes/{vote}/ballot", {"choice": "0", "reason": "Cars."}, at=f"/jury/{jury}")
    assert "Your ballot is in the box" in page.text and "Uphold the decision" in page.text
    assert "have voted" in town.browser(juror).open("/about").html
    bench.closes()
    assert "You are a juror" not in town.browser(juror).open("/about").html
    assert f"vote {vote}" in town.browser(juror).open("/me/acts").text
    assert f"/jury/{jury}" == town.browser(juror).open(f"/votes/{vote}").path
