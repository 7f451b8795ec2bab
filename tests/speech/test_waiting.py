"""Posts that wait for their time, from the pages: set, changed, taken back, and said once."""

from app.clock import iso, moment_of
from app.square import Square
from app.unsaid import SOONEST, say_due, schedule
from app.writing import NewPoll, Words
from tests.speech.world import DAY, ON_SQLITE, People, Programs, account_of
from tests.web.client import Browser, Form, Page
from tests.web.serving import Site

HOUR = 3_600_000
MINUTE = 60_000


def field_of(at: int) -> str:
    """A time as the field of a browser writes it."""
    return iso(at)[:16]


def put_off(browser: Browser, text: str, at: int, **more: str) -> Page:
    """Write something that is to be said at a time."""
    return browser.submit("/posts", {"text": text, "due_at": field_of(at), **more}, at="/compose")


def said(browser: Browser) -> list[str]:
    """What a member's own page shows that they said."""
    page = browser.open("/@ann")
    return [one.text for post in page.document.all("article", cls="post") for one in post.all("div", cls="said")]


def test_a_post_waits_for_its_time(site: Site, member: People) -> None:
    """It waits among the drafts, is changed with its time, and is said once, by nobody's hand."""
    ann, ben = member("ann"), member("ben")
    at = site.clock.now() // MINUTE * MINUTE + HOUR
    page = put_off(ann, "Good evening", at, warning="News", visibility="unlisted")
    assert ("/drafts", True, True) == (page.path, "Waiting to be said" in page.text, "Good evening" in page.text)
    assert [] == said(ann)
    change = page.links["Change it, or its time"]
    assert 404 == ben.open(change).status
    form = ann.open(change).form(change)
    assert [field_of(at)] == form.values["due_at"]
    assert (["Good evening"], ["News"], ["unlisted"]) == tuple(
        form.values[name] for name in ("text", "warning", "visibility")
    )
    page = ann.submit(change, {"text": "Good night", "due_at": field_of(at + DAY)})
    assert ("/drafts", 1) == (page.path, page.text.count("It will be said on"))
    site.clock.set(at + DAY - 1)
    assert (0, []) == (site.run(say_due), said(ann))
    site.clock.set(at + DAY)
    assert (1, 0) == (site.run(say_due), site.run(say_due))
    assert ["Good night"] == said(ann)
    assert "No drafts" in ann.open("/drafts").text


@ON_SQLITE
def test_a_time_that_cannot_be(site: Site, member: People) -> None:
    """What is over, too near or no time is refused at the field, and everything typed is kept."""
    ann, now = member("ann"), site.clock.now()
    soonest = -(-(now + SOONEST) // MINUTE) * MINUTE
    for wrong in (field_of(now - DAY), field_of(now), field_of(soonest - MINUTE), "tomorrow", "9999-12-31T23:59"):
        page = ann.submit("/posts", {"text": "Later", "due_at": wrong}, at="/compose")
        assert (422, {"due_at"}) == (page.status, set(page.errors)), wrong
        assert (["Later"], [wrong]) == (page.form("/posts").values["text"], page.form("/posts").values["due_at"])
    assert "No drafts" in ann.open("/drafts").text
    assert "/drafts" == put_off(ann, "Later", soonest).path


@ON_SQLITE
def test_what_waits_is_taken_back(site: Site, member: People) -> None:
    """It is thrown away, or kept as a draft that waits no more; without a time it is not said by mistake."""
    ann, at = member("ann"), site.clock.now() + HOUR
    change = put_off(ann, "First", at).links["Change it, or its time"]
    page = ann.submit(change, {"due_at": "", "text": "Second"}, at=change)
    assert (422, ["Second"]) == (page.status, page.form(change).values["text"])
    assert "It will be said on" in ann.open("/drafts").text
    form = ann.open(change).form(change)
    page = ann.send(_at("/drafts", form), form.filled({"text": "Third"}, None), {})
    assert ("/drafts", True, False) == (page.path, "Third" in page.text, "It will be said on" in page.text)
    site.clock.advance(DAY)
    assert (0, []) == (site.run(say_due), said(ann))
    page = put_off(ann, "Fourth", site.clock.now() + HOUR)
    dropped = ann.submit(f"{page.links['Change it, or its time']}/delete", {}, at="/drafts")
    assert ("/drafts", False) == (dropped.path, "Fourth" in dropped.text)


def _at(path: str, form: Form) -> Form:
    """A form as the button sends it that leads elsewhere."""
    form.action = path
    return form


@ON_SQLITE
def test_what_waits_to_answer_tells_when_nothing_is_left_to_answer(site: Site, member: People) -> None:
    """Who opens it learns that it would be a post of its own; unopened it is kept with the reason."""
    ann, ben = member("ann"), member("ben")
    asked = ben.submit("/posts", {"text": "Who comes along?"}, at="/compose").path.rpartition("/")[2]
    at = site.clock.now() + HOUR
    answer = {"text": "I do", "due_at": field_of(at)}
    change = ann.submit("/posts", answer, at=f"/compose?reply_to={asked}").links["Change it, or its time"]
    opened = ann.open(change).text
    assert (True, False) == ("Who comes along?" in opened, "a post of its own" in opened)
    ben.submit(f"/posts/{asked}/delete", {}, at=f"/posts/{asked}/delete")
    assert "a post of its own" in ann.open(change).text
    site.clock.set(at)
    assert 0 == site.run(say_due)
    assert "the post that it answers is gone" in ann.open("/drafts").text


@ON_SQLITE
def test_what_was_said_meanwhile_is_not_said_twice(site: Site, member: People) -> None:
    """Who changes it when its time has come learns that it was said, and what was typed is kept."""
    ann, at = member("ann"), site.clock.now() + HOUR
    change = put_off(ann, "Good evening", at).links["Change it, or its time"]
    ann.open(change)
    site.clock.set(at)
    assert 1 == site.run(say_due)
    page = ann.submit(change, {"text": "Good evening, all", "due_at": field_of(at + DAY)})
    assert (422, True) == (page.status, "it was said, or thrown away" in page.text)
    assert ["Good evening"] == said(ann)
    assert "draft" not in page.form("/posts").values, "what is gone is not named again"
    ann.page = page
    ann.submit("/posts", {"due_at": ""})
    assert ["Good evening, all", "Good evening"] == said(ann)


@ON_SQLITE
def test_a_draft_gets_a_time(site: Site, member: People) -> None:
    """A draft that is given a time waits in its own place; two clicks of one form are one post."""
    ann = member("ann")
    form = ann.open("/compose").form("/posts")
    ann.send(_at("/drafts", form), form.filled({"text": "An idea"}, None), {})
    opened = ann.open("/drafts").links["Go on writing"]
    form = ann.open(opened).form("/posts")
    pairs = form.filled({"due_at": field_of(site.clock.now() + HOUR)}, None)
    for _ in range(2):
        page = ann.send(form, pairs, {})
        assert ("/drafts", 1, 1) == (page.path, page.text.count("An idea"), page.text.count("It will be said on"))


@ON_SQLITE
def test_a_poll_waits_as_it_was_written(site: Site, member: People) -> None:
    """What the form says of a poll is what is opened with it, however long that waits."""
    ann = member("ann")
    asked = {"options": ["yes", "no"], "hide_totals": "on", "closes_in": "259200"}
    at = site.clock.now() + HOUR
    page = ann.submit("/posts", {"text": "Well?", "due_at": field_of(at), **asked}, at="/compose?poll=1")
    form = ann.open(page.links["Change it, or its time"]).form(page.links["Change it, or its time"])
    assert ["yes", "no"] == form.values["options"][:2]
    assert (["on"], ["259200"]) == (form.values["hide_totals"], form.values["closes_in"])
    site.clock.set(at)
    site.run(say_due)
    assert "counts hidden until then" in ann.open("/@ann").text


@ON_SQLITE
def test_a_poll_that_cannot_be_certified_holds_nobody_up(site: Site, program: Programs) -> None:
    """It is kept with the reason, and what others have waiting behind it is said."""
    ann, ben = program("ann"), program("ben")
    accounts = account_of(ann), account_of(ben)
    poll = NewPoll(("yes", "no"), False, False, DAY, certified=True)

    async def wait(square: Square) -> None:
        at = square.clock.now() + HOUR
        await schedule(square, accounts[0], None, Words("Well?", "en", poll=poll, visibility="followers"), at)
        await schedule(square, accounts[1], None, Words("Hello", "en"), at)

    site.run(wait)
    site.clock.advance(HOUR)
    assert 1 == site.run(say_due)
    told = ann.http.get("/drafts", headers={"Accept": "text/html"}).text
    assert "a certified poll is for everybody" in told
    assert "Hello" in ben.http.get("/@ben").text


def test_moments() -> None:
    """A time without a zone is UTC; what is no time is none, and what no calendar holds."""
    assert 1_798_738_200_000 == moment_of("2026-12-31T17:30") == moment_of("2026-12-31T18:30:00+01:00")
    assert [None] * 4 == [moment_of(text) for text in ("", "noon", "2026-02-30T10:00", "9999-12-31T23:59")]
