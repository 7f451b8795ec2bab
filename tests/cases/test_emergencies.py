"""Emergencies over HTTP: withheld at once, signed, judged or fallen, and who sees the words meanwhile."""

import json

import pytest

from governance.emergencies import NO_END
from tests.cases.town import DAY, HARASSMENT, HOUR, Town

HTML = {"Accept": "text/html"}
WORDS = "the street and the number where somebody lives"
REASONS = "A crowd is on its way."


@pytest.fixture
def people(town: Town) -> Town:
    """Authors, moderators and a legal officer."""
    town.admit("ann", "ben")
    town.elect("mia", "moe")
    town.appoint("olga")
    return town


def invoke(town: Town, post: str, who: str = "mia", ground: str = "doxxing") -> int:
    """Somebody withholds a post at once; the emergency."""
    reasons = REASONS if ground != "child_abuse" else ""
    return town.does(who, f"/posts/{post}/withhold", ground=ground, reasons=reasons)


def told(town: Town, emergency: int, handle: str = "") -> dict[str, object]:
    """An emergency as somebody sees it."""
    answer = town.program(handle).get(f"/emergencies/{emergency}")
    assert answer.status_code == 200, answer.text
    page: dict[str, object] = answer.json()
    return page


def page(town: Town, path: str, handle: str = "") -> str:
    """A page as somebody sees it in a browser."""
    answer = town.browser(handle).http.get(path, headers=HTML, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.text


def openings(town: Town) -> list[dict[str, object]]:
    """The public openings."""
    return [json.loads(line) for line in town.program().get("/data/openings.jsonl").text.splitlines()]


def test_a_post_is_withheld_at_once_and_falls_by_its_date(people: Town) -> None:
    """Its place names the ground, the entry and the end; nobody but its author and those who decide reads it."""
    post = people.say("ann", WORDS)
    assert "/withhold" in page(people, f"/posts/{post}", "mia")
    assert "/withhold" not in page(people, f"/posts/{post}", "ben")
    emergency = invoke(people, post)
    for handle, reads in {"": False, "ben": False, "ann": True}.items():
        shown = people.program(handle).get(f"/posts/{post}").json()
        assert ("withheld", reads) == (shown["stands"], bool(shown["text"])), handle
        mark = shown["restriction"]
        assert ("emergency", "doxxing", emergency, False) == tuple(mark[k] for k in ("kind", "ground", "case", "opens"))
    for handle in ("ann", "mia", "moe", "steward"):
        assert told(people, emergency, handle)["content"] == WORDS, handle
    for handle in ("", "ben", "olga"):
        assert told(people, emergency, handle)["content"] is None, handle
    assert REASONS in page(people, f"/emergencies/{emergency}")
    assert f"/emergencies/{emergency}" in page(people, f"/posts/{post}")
    assert WORDS not in people.program().get("/local").text + people.program().get("/data/openings.jsonl").text
    assert REASONS in {line["value"] for line in openings(people)}
    people.later(6 * HOUR)
    assert people.shown(post) == "open"
    assert told(people, emergency)["stands"] == "unsigned"
    assert "unsigned" not in page(people, f"/emergencies/{emergency}")


def test_another_signs_and_it_stands_for_days(people: Town) -> None:
    """With words for the draw, which they alone find again; without a jury it falls by its date."""
    post = people.say("ann", WORDS)
    emergency = invoke(people, post, "steward")
    assert "/sign" in page(people, f"/emergencies/{emergency}", "moe")
    people.refuses("emergency-3", "steward", f"/emergencies/{emergency}/sign", words="")
    people.does("moe", f"/emergencies/{emergency}/sign", words="three blind mice")
    assert told(people, emergency, "moe")["words"] == "three blind mice"
    assert told(people, emergency, "mia")["words"] is None
    assert "three blind mice" in page(people, f"/emergencies/{emergency}", "moe")
    people.later(9 * DAY)
    assert people.shown(post) == "withheld"
    people.later(1 * DAY)
    assert people.shown(post) == "open"
    assert told(people, emergency)["stands"] == "unheard"
    people.refuses("emergency-5", "mia", f"/posts/{post}/withhold", ground="violence", reasons="Again.")


def test_a_moderator_ends_it_with_reasons(people: Town) -> None:
    """They are public, and the number of the emergency leads to its page also as that of a case."""
    post = people.say("ann", WORDS)
    emergency = invoke(people, post)
    people.refuses("office-1", "ben", f"/emergencies/{emergency}/lift", reasons="No.")
    lift = people.does("moe", f"/emergencies/{emergency}/lift", reasons="It was no address.")
    assert people.shown(post) == "open"
    assert told(people, emergency)["lifted"] == "It was no address."
    assert "It was no address." in page(people, f"/cases/{emergency}")
    assert page(people, f"/ledger/{lift}")
    assert "invoke" in people.program("mia").get("/me/acts").text


def test_what_nobody_is_shown_is_shown_to_nobody(people: Town) -> None:
    """Not to who reported it, not to its author, not to an officer; and it is kept."""
    post = people.say("ann", WORDS)
    case = people.report("ben", post, HARASSMENT)
    emergency = invoke(people, post, ground="child_abuse")
    paths = (
        f"/posts/{post}",
        f"/cases/{case}",
        f"/emergencies/{emergency}",
        f"/ledger/{case}",
        f"/ledger/{case}/openings.jsonl",
    )
    for handle in ("", "ann", "ben", "mia", "moe", "olga", "steward"):
        for path in paths:
            assert WORDS not in people.program(handle).get(path).text, (handle, path)
            assert WORDS not in page(people, path, handle), (handle, path)
    people.refuses("emergency-6", "ann", f"/posts/{post}/delete")
    people.does("moe", f"/emergencies/{emergency}/sign", words="")
    people.later(300 * DAY)
    assert people.shown(post) == "withheld"
    assert people.program().get(f"/posts/{post}").json()["restriction"]["until"] == NO_END
    value = told(people, emergency)
    assert (None, None, True) == (value["until"], value["reasons"], value["is_unshown"])
    assert people.program().get("/emergencies").json()["counts"] == {"child_abuse": 1}
    page(people, f"/posts/{post}")
    page(people, "/local")


def test_only_the_legal_officer_returns_what_nobody_is_shown(people: Town) -> None:
    """With reasons, and then it stands as before."""
    post = people.say("ann", WORDS)
    emergency = invoke(people, post, ground="child_abuse")
    people.refuses("office-1", "moe", f"/emergencies/{emergency}/lift", reasons="A mistake.")
    people.does("olga", f"/emergencies/{emergency}/lift", reasons="A mistake.")
    assert people.shown(post) == "open"


def test_an_author_who_has_no_number_gets_one(people: Town) -> None:
    """And nobody is admitted by an act that the law refuses."""
    people.come("new")
    post = people.say("new", WORDS)
    size = people.size
    people.refuses("office-1", "ben", f"/posts/{post}/withhold", ground="doxxing", reasons="Me.")
    assert size == people.size
    invoke(people, post)
    assert people.number("new")


def test_emergencies_stand_in_the_lists_and_in_the_log(people: Town) -> None:
    """Newest first; the log tells them beside decisions, in each of its forms, and finds them by itself."""
    emergencies = [invoke(people, people.say("ann", WORDS), ground=ground) for ground in ("doxxing", "malware")]
    listed = people.program().get("/emergencies").json()
    assert [*reversed(emergencies)] == [item["emergency"] for item in listed["items"]]
    assert {"doxxing": 1, "malware": 1} == listed["counts"]
    for query in ("", "?kind=emergency", "?sanction=withhold", f"?decider={people.number('mia')}"):
        items = people.program().get(f"/modlog{query}").json()["items"]
        assert [*reversed(emergencies)] == [item["case"] for item in items], query
    for query in ("?kind=case", "?kind=order", "?outcome=none", "?rule=4.1", "?sanction=fold"):
        assert [] == people.program().get(f"/modlog{query}").json()["items"], query
    for path in ("/emergencies", "/modlog", "/modlog?kind=emergency"):
        assert f"/emergencies/{emergencies[0]}" in page(people, path)
    assert len(people.program().get("/modlog.csv").text.splitlines()) == 3
    assert f"/ledger/{emergencies[1]}" in people.program().get("/modlog.atom").text


def test_texts_of_an_emergency_are_erased(people: Town) -> None:
    """The words by their author when it is over, with every copy; the reasons by the legal officer, and it is over."""
    post, other = people.say("ann", WORDS), people.say("ann", WORDS)
    emergency, over = invoke(people, post), invoke(people, other)
    case = people.report("ben", people.say("ann", "another"), HARASSMENT)
    people.refuses("erase-5", "ann", f"/ledger/{over}/erase", what="content", ground="request")
    people.does("moe", f"/emergencies/{over}/lift", reasons="It is over.")
    people.does("ann", f"/ledger/{over}/erase", what="content", ground="request")
    assert people.shown(other) == "deleted"
    people.does("olga", f"/ledger/{emergency}/erase", what="reasons", ground="private")
    assert people.shown(post) == "open"
    assert told(people, emergency)["reasons"] is None
    for path in (f"/emergencies/{emergency}", f"/emergencies/{over}", f"/ledger/{emergency}/erase", f"/cases/{case}"):
        page(people, path, "olga")


def test_every_form_can_be_sent_from_its_page(people: Town) -> None:
    """Withheld, signed and ended in a browser."""
    post = people.say("ann", WORDS)
    mia, moe, path = people.browser("mia"), people.browser("moe"), f"/posts/{post}/withhold"
    mia.open(path)
    made = mia.submit(path, {"ground": "violence", "reasons": REASONS})
    assert "Credible imminent violence" in made.text
    number = people.program().get("/emergencies").json()["items"][0]["emergency"]
    moe.open(f"/emergencies/{number}")
    signed = moe.submit(f"/emergencies/{number}/sign", {"words": "mine"})
    assert "Withheld by two persons" in signed.text
    ended = moe.submit(f"/emergencies/{number}/lift", {"reasons": "Over."})
    assert "Ended before its date" in ended.text
