"""What the law refuses: with its clause, as problem+json and on a page, and nothing is written."""

from app.store.engines import Tx
from app.store.posts import NewPost, add_post
from tests.cases.town import DAY, FOLD, HOUR, OFF_TOPIC, PRIVATE, SPAM, Town

NONE = {"sanction": "none", "elements": [False, False], "reasons": "Nothing is found."}


def off_topic(town: Town, author: str = "ann") -> str:
    """A reply that is off the topic of its conversation."""
    opener = town.say("ben", "When does the pool reopen?", topic="When the pool reopens")
    return town.say(author, "The car park is too dear.", reply_to=opener)


def test_reports_that_are_refused(town: Town) -> None:
    """A rule that came later, no topic, twice, also under next month's pseudonym, no such rule or post."""
    town.admit("ann", "ben")
    path, said = "/posts/{}/report", {"reason": "It does."}
    older = town.site.square.post_ids.next(town.now - HOUR)
    author, made = town.account("ann").id, town.now - HOUR
    post = NewPost(older, author, "Before all rules.", "en", "", None, older, made)

    async def write(tx: Tx) -> None:
        assert await add_post(tx, post)

    town.site.run(lambda square: square.database.write(write))
    town.refuses("rule-2", "ben", path.format(older), rule=town.rule(SPAM), **said)
    plain = town.say("ann", "Hello.")
    town.refuses("report-3", "ben", path.format(plain), rule=town.rule(OFF_TOPIC), **said)
    town.refuses("rule-1", "ben", path.format(plain), rule=4711, **said)
    town.refuses("report-2", "ben", path.format(4711), rule=town.rule(SPAM), **said)
    town.report("ben", plain, SPAM)
    town.refuses("report-6", "ben", path.format(plain), rule=town.rule(SPAM), **said)
    town.later(40 * DAY)
    town.refuses("report-6", "ben", path.format(plain), rule=town.rule(SPAM), **said)
    town.do("ann", f"/posts/{plain}/delete")
    town.refuses("report-2", "ben", path.format(plain), rule=town.rule(PRIVATE), **said)
    town.later(366 * DAY)
    late = town.say("ann", "Hello again.")
    town.refuses("rule-3", "ben", path.format(late), rule=town.rule(SPAM), **said)


def test_who_may_not_decide(town: Town) -> None:
    """Not the author, not one who reported it, nobody without the office, nobody who is not in the register."""
    town.admit("ann", "ben")
    town.elect("mia", "max")
    town.come("new")
    case = town.report("max", off_topic(town, "mia"), OFF_TOPIC)
    path = f"/cases/{case}/decide"
    town.refuses("recusal-1", "mia", path, **FOLD)
    town.refuses("recusal-3", "max", path, **FOLD)
    town.refuses("office-1", "ann", path, **FOLD)
    town.refuses("member-1", "new", path, **FOLD)
    town.refuses("case-1", "max", "/cases/4711/decide", **FOLD)
    assert [] == town.case(case, "mia")["offers"] == town.case(case, "max")["offers"]
    assert ["recusal-3"] == [line["recusal"] for line in town.program("max").get("/mod/queue").json()["cases"]]
    town.later(181 * DAY)
    town.refuses("office-1", "max", path, **FOLD)


def test_who_is_not_signed_in(town: Town) -> None:
    """A program is told 401, a browser is led to sign in, and nothing is written."""
    town.admit("ann", "ben")
    case = town.report("ben", off_topic(town), OFF_TOPIC)
    before = town.size
    paths = [f"/cases/{case}/{act}" for act in ("decide", "co-sign", "lift", "appeal")]
    for path in (*paths, "/offices", "/offices/end", "/appeals/4711/join", "/appeals/4711/reconsider", "/me/close"):
        answer = town.do("", path)
        assert (401, "application/problem+json") == (answer.status_code, answer.headers["content-type"]), path
        page = town.submits("", path)
        assert 303 == page.status, path
        assert page.response.headers["location"].startswith("/sign-in"), path
    assert before == town.size


def test_decisions_that_are_refused(town: Town) -> None:
    """Off the rule's ladder, a milder one unanswered, an element missing, without measure, twice, too late."""
    town.admit("ann", "ben")
    town.elect("mia", "max")
    case = town.report("ben", off_topic(town), OFF_TOPIC)
    path = f"/cases/{case}/decide"
    town.refuses("ladder-2", "mia", path, **{**FOLD, "sanction": "suspend", "milder_fold": "No."})
    town.refuses("ladder-2", "mia", path, **{**FOLD, "sanction": "withhold", "milder_fold": "No."})
    town.refuses("ladder-5", "mia", path, **{**FOLD, "milder_label": ""})
    town.refuses("ladder-5", "mia", path, **{**FOLD, "milder_slow": "Not a sanction of this rule."})
    town.refuses("decide-7", "mia", path, **{**FOLD, "elements": [True, False]})
    town.refuses("decide-4", "mia", path, **{**FOLD, "elements": [True]})
    town.refuses("decide-8", "mia", path, **{**FOLD, "duration": 184})
    town.refuses("decide-5", "mia", path, **{**FOLD, "distinguishes": case})
    town.refuses("lift-1", "mia", f"/cases/{case}/lift", reasons="Nothing stands.")
    town.refuses("cosign-1", "max", f"/cases/{case}/co-sign")
    town.folds("mia", case)
    town.refuses("decide-1", "mia", path, **FOLD)
    town.refuses("decide-1", "max", path, **NONE)
    town.refuses("recusal-2", "mia", f"/cases/{case}/co-sign")
    late = town.report("ben", off_topic(town), OFF_TOPIC)
    town.later(7 * DAY)
    town.refuses("decide-2", "mia", f"/cases/{late}/decide", **FOLD)


def test_appeals_that_are_refused(town: Town) -> None:
    """By a stranger, too early, against nothing, twice, too late; a second look by who decided, or of nothing."""
    town.admit("ann", "ben", "eve")
    town.elect("mia", "max", "mo")
    case = town.report("ben", off_topic(town), OFF_TOPIC)
    path, said = f"/cases/{case}/appeal", {"statement": "Look again."}
    town.refuses("appeal-4", "ann", path, **said)
    town.refuses("appeal-4", "ben", path, side="reporter", **said)
    town.folds("mia", case, duration=180)
    town.refuses("appeal-3", "eve", path, **said)
    town.refuses("appeal-3", "eve", path, side="reporter", **said)
    town.refuses("appeal-4", "ben", path, side="reporter", **said)  # the rule allows nothing stricter
    town.refuses("case-1", "ann", "/cases/4711/appeal", **said)
    appeal = town.does("ann", path, **said)
    town.refuses("appeal-5", "ann", path, **said)
    town.refuses("appeal-3", "eve", f"/appeals/{appeal}/join")
    town.refuses("appeal-7", "ben", f"/appeals/{appeal}/join")
    answer = {"outcome": "maintain", "reasons": "It was right."}
    town.refuses("recusal-2", "mia", f"/appeals/{appeal}/reconsider", **answer)
    town.refuses("office-1", "eve", f"/appeals/{appeal}/reconsider", **answer)
    town.refuses("appeal-1", "max", "/appeals/4711/reconsider", **answer)
    town.refuses("appeal-1", "ben", "/appeals/4711/join")
    town.does("max", f"/appeals/{appeal}/reconsider", **answer)
    town.refuses("reconsider-1", "mo", f"/appeals/{appeal}/reconsider", **{**answer, "outcome": "reverse"})
    other = town.report("ben", off_topic(town), OFF_TOPIC)
    town.folds("mia", other)
    town.later(183 * DAY + 2 * 60_000)
    town.refuses("appeal-6", "ann", f"/cases/{other}/appeal", **said)
    assert [] == town.case(other, "ann")["offers"]


def test_what_is_withheld_is_not_reported_anew(town: Town) -> None:
    """Nobody becomes a party in order to read what is withheld [report-10]."""
    town.admit("ann", "ben", "eve")
    town.elect("mia")
    post = town.say("ann", "He lives at 4 Mill Lane.")
    case = town.report("ben", post, PRIVATE)
    said = {"elements": [True] * 3, "reasons": "An address.", "milder_fold": "Folded posts open.", "duration": 9}
    town.does("mia", f"/cases/{case}/decide", sanction="withhold", **said)
    for label in (PRIVATE, SPAM):
        town.refuses("report-10", "eve", f"/posts/{post}/report", rule=town.rule(label), reason="I am curious.")
    assert "4 Mill Lane" not in town.browser("eve").open(f"/posts/{post}/report").html


def test_forms_that_cannot_be_used(town: Town) -> None:
    """A field that is wrong brings the form back with what was typed, and nothing is written."""
    town.admit("ann", "ben")
    town.elect("mia")
    post = off_topic(town)
    page = town.browser("ben").submit(
        f"/posts/{post}/report", {"rule": str(town.rule(OFF_TOPIC)), "reason": "  "}, at=f"/posts/{post}/report"
    )
    assert (422, {"reason": "Write something first."}) == (page.status, page.errors)
    case = town.report("ben", post, OFF_TOPIC)
    before = town.size
    typed = {"sanction": "fold", "reasons": "", "duration": "", "milder_label": "It does not help."}
    page = town.browser("mia").submit(f"/cases/{case}/decide", typed, at=f"/cases/{case}")
    assert (422, {"elements"}) == (page.status, set(page.errors))
    page = town.browser("mia").submit(f"/cases/{case}/decide", {"elements": ["true", "true"]})
    assert (422, {"reasons", "duration"}) == (page.status, set(page.errors))
    assert "It does not help." in page.html
    answer = town.do("mia", f"/cases/{case}/decide", **{**FOLD, "sanction": "flog"})
    assert (422, {"sanction"}) == (answer.status_code, set(answer.json()["errors"]))
    for path in ("/cases/x", "/cases/4711", f"/cases/{2**70}", "/cases/-1", "/appeals/4711", "/posts/4711/report"):
        assert 404 == town.program("mia").get(path).status_code, path
    for path in ("/cases/4711/decide", "/cases/4711/lift", "/cases/4711/appeal", "/appeals/4711/reconsider"):
        assert 404 == town.submits("mia", path, reasons="", statement="").status, path
    assert 404 == town.submits("mia", "/posts/4711/report", rule="1", reason="").status
    assert before == town.size


def test_a_reader_of_arabic_is_refused_in_arabic(town: Town) -> None:
    """The law's sentence, with its values, comes in the reader's language, on the page and in problem+json."""
    town.admit("ann", "ben")
    town.elect("mia", "max")
    case = town.report("max", off_topic(town, "mia"), OFF_TOPIC)
    town.program("max").http.headers["Accept-Language"] = "ar"
    problem = town.do("max", f"/cases/{case}/decide", **FOLD).json()
    assert f"لقد أبلغت في القضية {case}، ويلزمها مشرف لم يبلّغ" == problem["detail"]
    town.browser("ann").http.headers["Accept-Language"] = "ar"
    page = town.submits("ann", f"/cases/{case}/decide", **FOLD)
    assert (409, f"ليس لدى {town.number('ann')} وظيفة «مشرف»") == (page.status, page.heading)


def test_a_double_click_is_one_act(town: Town) -> None:
    """The same request under the same key is answered alike; another one under it is refused."""
    town.admit("ann", "ben")
    town.elect("mia", "max")
    post = off_topic(town)
    ben, mia = town.program("ben"), town.program("mia")
    report = {"rule": town.rule(OFF_TOPIC), "reason": "It does."}
    first, again = (ben.post(f"/posts/{post}/report", report, idempotency_key="k") for _ in range(2))
    assert (201, first.json()) == (again.status_code, again.json())
    case = first.json()["case"]
    size = town.size
    decided = [mia.post(f"/cases/{case}/decide", dict(FOLD), idempotency_key="k").json() for _ in range(2)]
    assert decided[0] == decided[1]
    assert size + 1 == town.size
    other = mia.post(f"/cases/{case}/decide", {**FOLD, "reasons": "Another."}, idempotency_key="k")
    assert (422, "urn:isegoria:problem:key-reused") == (other.status_code, other.json()["type"])
    form = town.browser("ann").open(f"/cases/{case}").form(f"/cases/{case}/appeal")
    assert form.values["key"][-1]
    pairs = {name: values[-1] for name, values in form.values.items()} | {"statement": "Look again."}
    pages = [town.submits("ann", f"/cases/{case}/appeal", **pairs) for _ in range(2)]
    assert [303, 303] == [page.status for page in pages]
    assert size + 2 == town.size
