"""A restriction stays with a post that is edited, and its author may ask for one more look at it."""

from tests.cases.town import OFF_TOPIC, Town


def edited(town: Town, text: str) -> tuple[str, int]:
    """A post of Ann's that Mia folded and that Ann has edited since, and its case."""
    town.admit("ann", "ben")
    town.elect("mia", "max")
    opener = town.say("ben", "The pool?", topic="The pool")
    post = town.say("ann", "Cars!", reply_to=opener)
    case = town.report("ben", post, OFF_TOPIC)
    town.folds("mia", case)
    town.later(60_000)
    assert 201 == town.do("ann", f"/posts/{post}/edit", text=text).status_code
    return post, case


def test_another_moderator_looks_at_the_edited_post(town: Town) -> None:
    """Where the edit has mended it the restriction ends; what was judged stays in the case as it was."""
    post, case = edited(town, "The pool opens on Monday.")
    assert "folded" == town.shown(post, "ben")
    assert "Cars!" == town.case(case)["content"]
    assert None is town.case(case)["amended"]
    assert "appeal_after_edit" in town.offers(case, "ann")
    town.submits("ann", f"/cases/{case}/appeal", statement="It is about the pool now.", after_edit="1")
    assert "appeal_after_edit" not in town.offers(case, "ann")
    assert "The pool opens on Monday." in town.browser("max").open(f"/cases/{case}").html
    assert "reconsider" not in town.offers(case, "mia")
    appeals = town.case(case)["appeals"]
    assert isinstance(appeals, list)
    said = {"outcome": "reverse", "reasons": "It is about the pool."}
    town.does("max", f"/appeals/{appeals[0]['appeal']}/reconsider", **said)
    assert "open" == town.shown(post, "ben")
    assert "Cars!" == town.case(case)["content"]
    town.audit()


def test_the_look_is_for_what_was_edited(town: Town) -> None:
    """Not for the version that was judged, and once for each decision."""
    town.admit("ann", "ben")
    town.elect("mia", "max")
    opener = town.say("ben", "The pool?", topic="The pool")
    post = town.say("ann", "Cars!", reply_to=opener)
    case = town.report("ben", post, OFF_TOPIC)
    town.folds("mia", case)
    asked = {"statement": "Look again.", "after_edit": True}
    assert "appeal_after_edit" not in town.offers(case, "ann")
    answer = town.do("ann", f"/cases/{case}/appeal", **asked)
    assert (409, "appeal-9") == (answer.status_code, answer.json()["clause"])
    assert 201 == town.do("ann", f"/posts/{post}/edit", text="Cars, still.").status_code
    town.later(1_000)
    town.does("ann", f"/cases/{case}/appeal", **asked)
    answer = town.do("ann", f"/cases/{case}/appeal", **asked)
    assert (409, "appeal-9") == (answer.status_code, answer.json()["clause"])
    again = town.report("ben", post, OFF_TOPIC)
    assert again != case
    assert [1, 2] == [town.case(one)["version"] for one in (case, again)]
    assert "Cars, still." == town.case(again, "mia")["content"]
    town.audit()
