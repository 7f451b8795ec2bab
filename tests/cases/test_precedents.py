"""Precedents: who decides sees how the most similar texts under the rule were decided, and nobody else does."""

from tests.cases.town import OFF_TOPIC, SPAM, Town

WORDS = "The pool should open earlier in the morning so that people can swim before work"


def lived(town: Town) -> tuple[int, list[int]]:
    """A case that waits, and the decided ones under its rule: the same text, one nearly so, two of other words."""
    town.admit("ann", "ben")
    town.elect("mia", "max")
    opener = town.say("ben", "Parking?", topic="Parking")
    texts = (WORDS, f"{WORDS} and after", "Chess on Sunday", "Tea with milk", WORDS)
    posts = [town.say("ann", text, reply_to=opener) for text in texts]
    cases = [town.report("ben", post, OFF_TOPIC) for post in posts]
    town.folds("mia", cases[0])
    town.clears("max", cases[1])
    town.folds("mia", cases[2])
    town.folds("mia", cases[3])
    town.folds("mia", town.report("ben", posts[0], SPAM), sanction="slow", milder_label="")
    return cases[4], cases[:4]


def test_the_most_similar_come_first_with_what_became_of_them(town: Town) -> None:
    """The same text, then the nearly same, each with what became of it; what shares no run of words is left out."""
    waiting, (same, nearly, *_) = lived(town)
    items = town.program("mia").get(f"/cases/{waiting}/precedents").json()["items"]
    assert [(same, "fold", "restricts"), (nearly, "", "none")] == [
        (item["case"], item["sanction"], item["stands"]) for item in items
    ]
    assert [(13, 13), (13, 15)] == [(item["alike"]["part"], item["alike"]["whole"]) for item in items]
    page = town.browser("max").open(f"/cases/{waiting}").document
    assert {f"/cases/{same}", f"/cases/{nearly}"} <= {link["href"] for link in page.all("a")}
    assert "Decided before under this rule" in page.text


def test_nobody_else_is_shown_them(town: Town) -> None:
    """The author, who reported, and a visitor see no precedents, by the page or by the address."""
    waiting, _ = lived(town)
    for handle in ("ann", "ben"):
        assert [] == town.program(handle).get(f"/cases/{waiting}/precedents").json()["items"]
        assert "Decided before under this rule" not in town.browser(handle).open(f"/cases/{waiting}").document.text
    assert town.program().get(f"/cases/{waiting}/precedents").status_code == 401
    assert town.program("mia").get("/cases/99999/precedents").status_code == 404


def test_of_many_the_five_most_similar_are_shown(town: Town) -> None:
    """Seven cases of one text: the five decided last, newest first."""
    town.admit("ann", "ben")
    town.elect("mia")
    opener = town.say("ben", "Parking?", topic="Parking")
    cases = [town.report("ben", town.say("ann", WORDS, reply_to=opener), OFF_TOPIC) for _ in range(8)]
    for case in cases[:7]:
        town.folds("mia", case)
    items = town.program("mia").get(f"/cases/{cases[7]}/precedents").json()["items"]
    assert cases[6:1:-1] == [item["case"] for item in items]


def test_who_decides_chooses_the_one_that_is_told_apart(town: Town) -> None:
    """The form offers those that are shown; the choice stands on the page, and the pair is not counted as unlike."""
    waiting, (same, nearly, *_) = lived(town)
    page = town.browser("max").open(f"/cases/{waiting}")
    offered = [
        one["value"]
        for one in page.document.all("select")
        if one["name"] == "distinguishes"
        for one in one.all("option")
    ]
    assert ["", str(same), str(nearly)] == offered
    assert WORDS in page.text and any("open" in one.attributes for one in page.document.all("details"))
    filled = {
        "elements": ["false", "false"],
        "sanction": "none",
        "reasons": "Here the opener asked for it.",
        "distinguishes": str(same),
    }
    decided = town.browser("max").submit(f"/cases/{waiting}/decide", filled, at=f"/cases/{waiting}")
    assert 200 == decided.status
    assert same == town.program().get(f"/cases/{waiting}").json()["decision"]["distinguishes"]
    assert f"/cases/{same}" in decided.links.values()
    unlike = town.program().get("/transparency").json()["figures"]["consistency"]["unlike"]
    assert (same, waiting) not in [(pair["first"], pair["second"]) for pair in unlike]
    assert (nearly, waiting) not in [(pair["first"], pair["second"]) for pair in unlike]
