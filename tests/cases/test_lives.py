"""Whole lives of cases over HTTP: reported, decided, appealed, looked at again, ended by a date."""

from tests.cases.town import DAY, HOUR, OFF_TOPIC, PRIVATE, SPAM, Town, refusal_of


def conversation(town: Town) -> str:
    """A conversation with a topic, and a reply by ann that is off it; the reply's id."""
    town.admit("ann", "ben")
    town.elect("mia", "max", "mo")
    opener = town.say("ben", "When does the pool reopen?", topic="When the pool reopens")
    return town.say("ann", "The car park is too dear.", reply_to=opener)


def test_a_folded_post_and_its_appeal_as_people_do_it(town: Town) -> None:
    """By forms alone: a reader reports, a moderator folds, the author appeals, another moderator reverses."""
    post = conversation(town)
    ben, mia, ann, max_ = (town.browser(handle) for handle in ("ben", "mia", "ann", "max"))

    page = ben.submit(
        f"/posts/{post}/report",
        {"rule": str(town.rule(OFF_TOPIC)), "reason": "Not the pool."},
        at=f"/posts/{post}/report",
    )
    assert page.status == 200, page.text
    case = page.path.removeprefix("/cases/")
    assert "Waits for a decision" in page.text

    queue = mia.open("/mod/queue")
    assert case in queue.links
    answers = {
        "sanction": "fold",
        "elements": ["true", "true"],
        "milder_label": "The conversation is full of this.",
        "reasons": "It is about *parking*.",
        "duration": "30",
        "unit": "d",
    }
    page = mia.submit(f"/cases/{case}/decide", answers, at=f"/cases/{case}")
    assert (200, f"/cases/{case}") == (page.status, page.path), page.text
    assert "Folded" in page.text

    tombstone = town.browser().open(f"/posts/{post}")
    assert "Folded under rule 5.1" in tombstone.text
    assert "The car park is too dear." in tombstone.text  # in the details that any reader may open
    assert f"/cases/{case}" in tombstone.links.values()

    assert f"Case {case}" in ann.open("/me").links
    page = ann.submit(f"/cases/{case}/appeal", {"statement": "Parking was asked about."}, at=f"/cases/{case}")
    assert "appeal under way" in page.text
    appeal = max_.open(f"/cases/{case}")
    action = next(form.action for form in appeal.forms if form.action.endswith("/reconsider"))
    page = max_.submit(action, {"outcome": "reverse", "reasons": "It was asked about, four replies above."})
    assert (200, f"/cases/{case}") == (page.status, page.path)
    assert "Reversed on appeal" in page.text
    assert "open" == town.shown(post)


def test_a_maintained_restriction_ends_by_its_date(town: Town) -> None:
    """Maintained or not, what was appealed ends 21 days after the appeal, and nobody has to do anything."""
    post = conversation(town)
    case = town.report("ben", post, OFF_TOPIC)
    town.folds("mia", case)
    assert ("folded", "restricts") == (town.shown(post), town.stands(case))
    until = town.case(case)["date"]
    assert until == town.now + 30 * DAY
    town.later(DAY)
    appeal = town.does("ann", f"/cases/{case}/appeal", statement="It was about parking at the pool.")
    assert ("appealed", town.now + 21 * DAY) == (town.stands(case), town.case(case)["date"])
    town.later(2 * DAY)
    town.does("max", f"/appeals/{appeal}/reconsider", outcome="maintain", reasons="It was not.")
    assert ("folded", "maintained") == (town.shown(post), town.stands(case))
    before = town.size
    town.later(19 * DAY - 1)
    assert "folded" == town.shown(post)
    town.later(1)
    assert ("open", "ended") == (town.shown(post), town.stands(case))
    assert before == town.size


def test_an_appeal_that_nobody_answers(town: Town) -> None:
    """Silence past the date of an appeal leaves the restriction its date, and it ends on it."""
    post = conversation(town)
    case = town.report("ben", post, OFF_TOPIC)
    town.folds("mia", case)
    appeal = town.does("ann", f"/cases/{case}/appeal", statement="Look again.")
    town.later(72 * HOUR)
    assert "unheard" == town.stands(case)
    late = town.do("max", f"/appeals/{appeal}/reconsider", outcome="reverse", reasons="Too late.")
    assert "reconsider-2" == refusal_of(late)
    town.later(18 * DAY)
    assert ("open", "ended") == (town.shown(post), town.stands(case))
    steps = town.case(case)["steps"]
    assert isinstance(steps, list)
    assert ["report", "decide", "appeal", "unheard", "ended"] == [step["what"] for step in steps]


def test_a_restriction_that_nobody_appeals(town: Town) -> None:
    """A restriction ends on the day that its decision named."""
    post = conversation(town)
    case = town.report("ben", post, OFF_TOPIC)
    town.folds("mia", case, duration=2, unit="h")
    town.later(2 * HOUR - 1)
    assert "folded" == town.shown(post)
    town.later(1)
    assert ("open", "ended") == (town.shown(post), town.stands(case))


def test_a_report_that_nobody_decides(town: Town) -> None:
    """Silence counts as none; its reporter appeals, is agreed with, and yet another moderator decides."""
    post = conversation(town)
    case = town.report("ben", post, OFF_TOPIC)
    town.later(7 * DAY)
    assert "silent" == town.stands(case)
    assert {"appeal_as_reporter"} == town.offers(case, "ben")
    appeal = town.does("ben", f"/cases/{case}/appeal", side="reporter", statement="Nobody looked.")
    assert "contested" == town.stands(case)
    town.does("mia", f"/appeals/{appeal}/reconsider", outcome="reverse", reasons="Nobody had looked.")
    assert "returned" == town.stands(case)
    assert set() == town.offers(case, "mia") - {"lift"}
    town.folds("max", case)
    assert ("folded", "restricts") == (town.shown(post), town.stands(case))
    steps = town.case(case)["steps"]
    assert isinstance(steps, list)
    assert ["report", "silence", "appeal", "reconsider", "decide"] == [step["what"] for step in steps]


def test_an_appeal_of_those_who_reported(town: Town) -> None:
    """Against none: one appeals, another joins, a second look returns the case once, and both decisions are logged."""
    post = conversation(town)
    town.admit("eve")
    case = town.report("ben", post, OFF_TOPIC)
    assert case == town.report("eve", post, OFF_TOPIC)
    first = town.clears("mia", case)
    assert "none" == town.stands(case)
    appeal = town.does("ben", f"/cases/{case}/appeal", side="reporter", statement="It is about parking.")
    assert {"join"} == town.offers(case, "eve")
    town.does("eve", f"/appeals/{appeal}/join")
    assert "appeal-7" == refusal_of(town.do("eve", f"/appeals/{appeal}/join"))
    town.does("max", f"/appeals/{appeal}/reconsider", outcome="reverse", reasons="It is off the topic.")
    assert ("returned", "open") == (town.stands(case), town.shown(post))
    assert "recusal-2" == refusal_of(
        town.do("mia", f"/cases/{case}/decide", sanction="none", reasons="Again.", elements=[False, False])
    )
    second = town.folds("mo", case)
    again = town.do("eve", f"/cases/{case}/appeal", side="reporter", statement="Once more.")
    assert "appeal-5" == refusal_of(again)
    items = town.program().get("/modlog").json()["items"]
    assert [(second, "restrict"), (first, "none")] == [(item["entry"], item["outcome"]) for item in items]
    assert "reversed" == items[1]["appeal"]
    assert ["fold"] == [item["sanction"] for item in town.program().get("/modlog?outcome=restrict").json()["items"]]
    assert [first] == [item["entry"] for item in town.program().get("/modlog?outcome=none").json()["items"]]


def test_a_suspension_and_its_second_signature(town: Town) -> None:
    """A suspension holds for seven days unless another moderator signs it; any moderator may end it."""
    town.admit("ann", "ben")
    town.elect("mia", "max", "mo")
    post = town.say("ann", "Buy here!")
    case = town.report("ben", post, SPAM)
    milder = {f"milder_{sanction}": "Tried." for sanction in ("slow", "unrecommend", "fold")}
    said = {"elements": [True, True], "reasons": "Only this.", "duration": 60, "unit": "d", **milder}
    town.does("mia", f"/cases/{case}/decide", sanction="suspend", **said)
    assert ("unsigned", town.now + 7 * DAY) == (town.stands(case), town.case(case)["date"])
    assert "ladder-4" == refusal_of(town.do("ann", "/posts", text="Buy more!"))
    assert {"lift"} == town.offers(case, "mia")
    assert {"lift", "co_sign"} == town.offers(case, "max")
    town.does("max", f"/cases/{case}/co-sign")
    assert ("restricts", town.now + 60 * DAY) == (town.stands(case), town.case(case)["date"])
    assert {"appeal"} == town.offers(case, "ann")
    town.does("mo", f"/cases/{case}/lift", reasons="She has understood.")
    assert "lifted" == town.stands(case)
    assert "She has understood." == town.case(case)["lifted"]
    town.say("ann", "Good morning.")


def test_what_is_unlawful_waits_for_its_decision(town: Town) -> None:
    """On unlawful content silence is no answer: a late decision stands."""
    town.admit("ann", "ben")
    town.elect("mia")
    case = town.report("ben", town.say("ann", "Something."), "1.1")
    for handle in ("", "ann", "ben", "mia"):
        page = town.browser(handle).open(f"/cases/{case}").text
        assert "silence is no answer" in page and "count as answered" not in page
    town.later(8 * DAY)
    assert "late" == town.stands(case)
    late = town.program("mia").get("/mod/queue").json()["late"]
    assert [case] == [line["case"] for line in late]
    town.clears("mia", case, 3)
    assert "none" == town.stands(case)


def test_whoever_is_judged_early_is_admitted_with_that_entry(town: Town) -> None:
    """An author who has no number yet receives one with the report, and with a refused report none."""
    town.admit("ben")
    town.come("new")
    post = town.say("new", "Hello.")
    before = town.size
    refused = town.do("ben", f"/posts/{post}/report", rule=town.rule(OFF_TOPIC), reason="No topic is set here.")
    assert ("report-3", before) == (refusal_of(refused), town.size)
    assert town.account("new").member is None
    case = town.report("ben", post, PRIVATE)
    assert f"m:{before}" == town.account("new").member == town.case(case)["author"]
    assert before + 2 == town.size


def test_newcomers_report_as_well(town: Town) -> None:
    """Whoever has an account reports, also before their admission: a pseudonym needs no number."""
    town.admit("ann")
    town.come("new")
    case = town.report("new", town.say("ann", "Buy!"), SPAM)
    assert town.case(case, "new")["has_reported"]


def test_several_report_one_post_before_and_after_its_answer(town: Town) -> None:
    """They join one case; who comes after the answer is led to it, and each party sees what is theirs to see."""
    reply = conversation(town)
    town.admit("cy", "dee")
    case = town.report("ben", reply, OFF_TOPIC, reason="Not about the pool.")
    assert case == town.report("cy", reply, OFF_TOPIC, reason="About cars.")
    town.folds("mia", case)
    page = town.browser("dee").submit(
        f"/posts/{reply}/report",
        {"rule": str(town.rule(OFF_TOPIC)), "reason": "Still not about it."},
        at=f"/posts/{reply}/report",
    )
    assert f"/cases/{case}" == page.path and "Folded" in page.text
    assert (3, "restricts") == (town.case(case)["reporters"], town.stands(case))
    said = {"Not about the pool.", "About cars.", "Still not about it."}
    for handle, seen in (("ann", said), ("mia", said), ("dee", said), ("", set())):
        shown = town.browser(handle).open(f"/cases/{case}").text
        assert seen == {words for words in said if words in shown}, handle
    town.refuses("report-6", "dee", f"/posts/{reply}/report", rule=town.rule(OFF_TOPIC), reason="Again.")
    town.audit()
