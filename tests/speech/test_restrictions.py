"""What the law restricts is shown as its entries say, to every kind of reader; and nothing else is touched."""

from collections.abc import Callable
from functools import partial
from itertools import product

import pytest

from app.store import statements
from app.store.engines import Kind, Tx
from governance.acts.words import Sanction
from tests.speech.world import DAY, ON_SQLITE, Programs, listed, read, restrict, say
from tests.web.client import Browser, Page, Program
from tests.web.serving import Site

TIMELINES = ("/", "/local", "/@ann")
WORDS = "Twice the price it was"


def enter(site: Site, handle: str, member: str) -> None:
    """Give an account its number in the register."""

    async def work(tx: Tx) -> None:
        await tx.run("update account set member = {} where handle = {}", member, handle)

    site.run(lambda square: square.database.write(work))


def page_of(client: Program, path: str) -> Page:
    """A page for people."""
    return Page(client.http.get(path, headers={"Accept": "text/html"}, follow_redirects=True))


def hrefs(page: Page) -> list[str]:
    """Where every link of a page leads."""
    return [link["href"] for link in page.document.all("a")]


class Square:
    """Ann posts in her own conversation; Ben follows her, Cleo does not, and a visitor has no account."""

    def __init__(self, site: Site, program: Programs) -> None:
        self.site = site
        self.ann, self.ben, self.cleo, self.visitor = (program(name) for name in ("ann", "ben", "cleo", ""))
        enter(site, "ann", "m:77")
        self.opener = say(self.ann, "Shall we talk of the pool?", topic="The pool")
        self.post = say(self.ann, WORDS, options=["yes", "no"])
        self.reply = say(self.ann, f"{WORDS} (reply)", reply_to=self.opener.id)
        self.ben.post("/@ann/follow")

    @property
    def others(self) -> tuple[Program, ...]:
        """Everybody but the author."""
        return (self.ben, self.cleo, self.visitor)

    def restrict(self, sanction: Sanction, *, reply: bool = False, appealed: int = 0) -> None:
        """Restrict Ann's post, her reply, or Ann."""
        post = (self.reply if reply else self.post).number
        self.site.run(lambda square: restrict(square, sanction, post=post, appealed=appealed))


@pytest.fixture
def square(site: Site, program: Programs) -> Square:
    """Ann, Ben, Cleo and a visitor."""
    return Square(site, program)


def test_a_folded_post_is_in_no_timeline_and_a_tombstone_elsewhere(square: Square) -> None:
    """Out of home, local and profile for others; on its author's page, at its address it says why and opens."""
    square.restrict("fold")
    for client in square.others:
        for path in TIMELINES:
            assert WORDS not in listed(client, path)
        page = page_of(client, square.post.url)
        _is_tombstone(page)
        assert WORDS in page.document.all("details")[0].text
        assert not page.document.all("footer", cls="acts")
        assert "/report" not in " ".join(hrefs(page))
    assert WORDS not in listed(square.ann, "/")
    assert WORDS in listed(square.ann, "/@ann")
    _is_tombstone(page_of(square.ann, "/@ann"))
    seen = read(square.visitor, square.post)
    assert ("folded", WORDS) == (seen.stands, seen.text)
    assert seen.restriction is not None
    told = seen.restriction
    assert (500, 501, "5.1", "fold", True) == (told.case, told.entry, told.label, told.sanction, told.opens)
    assert ("possible", square.site.clock.now() + DAY) == (told.appeal, told.until)


def _is_tombstone(page: Page) -> None:
    tombstones = [leaf for leaf in page.document.all("div", cls="leaf") if leaf["aria-label"] == "Folded post"]
    assert 1 == len(tombstones)
    said = tombstones[0].text
    assert "Folded under rule 5.1 “" in said
    assert "Decision in case 500" in said
    assert "appeal until" in said
    assert "signing 501" in said
    hrefs = {link["href"] for link in tombstones[0].all("a")}
    assert {"/cases/500", "/ledger/501"} < hrefs
    assert [href for href in hrefs if href.startswith("/rules/")]
    assert "open" not in tombstones[0].all("details")[0].attributes


def test_a_folded_reply_stands_in_its_thread_as_a_tombstone(square: Square) -> None:
    """Every reader of the thread sees that there is something, why it is folded, and may open it."""
    square.restrict("fold", reply=True)
    for client in (square.ann, *square.others):
        page = page_of(client, square.opener.url)
        _is_tombstone(page)
        assert f"{WORDS} (reply)" in page.document.all("details")[-1].text


def test_a_warning_stands_before_the_post_and_takes_it_from_nowhere(square: Square) -> None:
    """Behind a warning a post stays in every timeline, keeps its acts, and opens for everybody."""
    square.restrict("interstitial")
    for client in square.others:
        assert WORDS in listed(client, "/local")
        page = page_of(client, "/local")
        warning = next(leaf for leaf in page.document.all("div") if leaf["aria-label"] == "Post behind a warning")
        assert "Behind a warning under rule 5.1" in warning.text
        assert WORDS in warning.all("details")[0].text
    assert WORDS in listed(square.ben, "/")
    assert "warned" == read(square.cleo, square.post).stands
    assert f"/posts/{square.post.id}/report" in hrefs(page_of(square.ben, "/local"))


@pytest.mark.parametrize(("sanction", "words"), [("label", "Labelled under"), ("unrecommend", "Not recommended")])
def test_a_label_is_a_line_and_a_post_out_of_recommendations_stays_in_time(
    square: Square, sanction: Sanction, words: str
) -> None:
    """A line above the words; no timeline in order of time changes for anybody."""
    square.restrict(sanction)
    for client in (square.ann, *square.others):
        page = page_of(client, "/local")
        line = page.document.all("div", cls="line")[0]
        assert f"{words} rule 5.1" in line.text or f"{words} to anybody, under rule 5.1" in line.text
        assert not page.document.all("details", cls="folded")
        seen = read(client, square.post)
        assert ("open", WORDS) == (seen.stands, seen.text)
        assert seen.restriction is not None
        assert sanction == seen.restriction.sanction
        assert WORDS in listed(client, "/local")


def test_a_withheld_post_says_why_and_shows_its_words_to_its_author_alone(square: Square) -> None:
    """Neither text nor poll nor topic nor title of the page, neither HTML nor JSON; nobody can open it."""
    square.restrict("withhold")
    for client in square.others:
        page = page_of(client, square.post.url)
        assert "Withheld under rule 5.1" in page.text
        assert "signing 501" in page.text
        assert not page.document.all("main")[0].all("details")
        assert WORDS not in page.html
        seen = read(client, square.post)
        assert ("withheld", "", "", None) == (seen.stands, seen.text, seen.html, seen.poll)
        assert seen.restriction is not None
        assert not seen.restriction.opens
        for path in TIMELINES:
            assert WORDS not in listed(client, path)
    page = page_of(square.ann, square.post.url)
    assert "Withheld under rule 5.1" in page.text
    assert WORDS in page.document.all("main")[0].all("details")[0].text
    assert WORDS == read(square.ann, square.post).text


def test_a_muted_account_reaches_those_who_follow_it(square: Square) -> None:
    """As folded for everybody else, wherever they meet it; its followers read it as before, with a line above."""
    square.restrict("mute")
    for client in (square.cleo, square.visitor):
        assert [] == [text for path in TIMELINES for text in listed(client, path)]
        page = page_of(client, square.post.url)
        assert "Folded because its author is muted under rule 5.1" in page.text
        assert WORDS in page.document.all("main")[0].all("details")[0].text
        assert "folded" == read(client, square.post).stands
        assert "Muted under rule 5.1" in page_of(client, "/@ann").text
    for client, path in product((square.ben, square.ann), TIMELINES):
        assert WORDS in listed(client, path)
        assert "Muted under rule 5.1" in page_of(client, path).text
    assert 201 == square.ann.post("/posts", {"text": "still speaking"}).status_code


def test_a_suspended_account_cannot_speak_and_is_told_by_which_case(square: Square) -> None:
    """Refused with its clause and case, as problem+json and as a page that keeps the words; what was said stays."""
    square.restrict("suspend")
    refused = square.ann.post("/posts", {"text": "but"})
    assert (409, "ladder-4") == (refused.status_code, refused.json()["clause"])
    assert "case 500" in refused.json()["detail"]
    fields = {"text": "every word is kept", "csrf": square.ann.token()}
    page = Page(square.ann.http.post("/posts", data=fields, headers={"Accept": "text/html"}))
    assert (409, "the account is suspended by case 500") == (page.status, page.heading)
    assert "every word is kept" in page.html
    for client in square.others:
        assert WORDS in listed(client, "/local")
        assert "Suspended under rule 5.1" in page_of(client, "/@ann").text
    assert 201 == square.ann.post(f"/posts/{square.post.id}/ballot", {"choices": [0]}).status_code
    square.site.clock.advance(DAY)
    assert 201 == square.ann.post("/posts", {"text": "again"}).status_code


def test_a_slowed_account_speaks_once_in_a_while(square: Square) -> None:
    """Not sooner than the term `slow` after its last post, and then again."""
    square.restrict("slow")
    refused = square.ann.post("/posts", {"text": "too soon"})
    assert (409, "ladder-4") == (refused.status_code, refused.json()["clause"])
    assert "case 500" in refused.json()["detail"]
    square.site.clock.advance(DAY - 1)
    assert 201 == square.ann.post("/posts", {"text": "later"}).status_code
    assert 409 == square.ann.post("/posts", {"text": "too soon again"}).status_code


@pytest.mark.parametrize("sanction", ["fold", "withhold", "mute", "interstitial", "label"])
def test_a_restriction_ends_by_its_date_without_anybody_writing_it_down(square: Square, sanction: Sanction) -> None:
    """A millisecond before it stands, at the date it is over: timelines, page and JSON."""
    square.restrict(sanction)
    square.site.clock.advance(DAY - 1)
    assert read(square.cleo, square.post).restriction is not None
    square.site.clock.advance(1)
    seen = read(square.cleo, square.post)
    assert ("open", WORDS, None) == (seen.stands, seen.text, seen.restriction)
    for client, path in ((square.ben, "/"), (square.cleo, "/local"), (square.visitor, "/@ann")):
        assert WORDS in listed(client, path)
    assert not page_of(square.cleo, square.post.url).document.all("div", cls="leaf")


@ON_SQLITE
def test_a_tombstone_tells_where_the_appeal_stands(square: Square) -> None:
    """Appealed: its entry and the date of the answer; unanswered by then: the date on which it ends by itself."""
    square.restrict("fold", appealed=510)
    page = page_of(square.visitor, square.post.url)
    assert "appealed in entry 510, to be answered by" in page.text
    assert "/ledger/510" in hrefs(page)
    told = read(square.visitor, square.post).restriction
    assert told is not None
    assert ("open", square.site.clock.now() + 3 * DAY) == (told.appeal, told.appeal_at)


@ON_SQLITE
def test_a_stricter_restriction_stands_before_a_milder_one(square: Square, visitor: Callable[[], Browser]) -> None:
    """A folded post whose author is muted is folded; a withheld one stays withheld, for followers too."""
    square.restrict("withhold")
    square.site.run(lambda running: restrict(running, "mute", case=600))
    for client in (square.ben, square.cleo):
        seen = read(client, square.post)
        assert ("withheld", "") == (seen.stands, seen.text)
        assert seen.restriction is not None
        assert "withhold" == seen.restriction.sanction
    assert WORDS not in visitor().open(square.post.url).html


@ON_SQLITE
def test_no_page_of_folded_posts_takes_a_query_a_row(square: Square, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty folded posts on their author's page are read with as many statements as one."""
    run: list[str] = []
    placed, among = statements.placed, statements.among

    def counted(sql: str, kind: Kind) -> str:
        run.append(sql)
        return placed(sql, kind)

    def counted_among(sql: str, kind: Kind, is_text: bool) -> tuple[str, int]:
        run.append(sql)
        return among(sql, kind, is_text)

    square.restrict("fold")
    square.ann.get("/@ann")
    monkeypatch.setattr(statements, "placed", counted)
    monkeypatch.setattr(statements, "among", counted_among)
    counts: list[int] = []
    for batch in (0, 39):
        for n in range(batch):
            post = say(square.ann, str(n)).number
            square.site.run(partial(restrict, sanction="fold", post=post, case=700 + 2 * n))
        run.clear()
        square.ann.get("/@ann")
        counts.append(len(run))
    assert counts[1] <= counts[0]
    assert counts[0] < 30
