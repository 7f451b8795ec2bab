"""Posting, answering, deleting, as browsers and programs do it."""

from collections.abc import Callable

import pytest

from app.square import Square
from app.store.engines import Tx
from app.store.posts import NewPost, import_posts
from app.writing import Words, write_post
from tests.speech.world import ON_SQLITE, People, Programs, account_of, read, say
from tests.web.client import Browser
from tests.web.serving import START, Site

FAMILY = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}\u200d\N{BOY}"


def test_a_post_is_made_and_read_without_javascript(member: People, visitor: Callable[[], Browser]) -> None:
    """The form on the home page leads to the post's own page, which anybody can read and which timelines show."""
    ann = member("ann")
    page = ann.submit("/posts", {"text": "One *heron*\r\non the quay", "topic": "Birds"}, at="/")
    assert 200 == page.status
    assert page.path.startswith("/@ann/")
    assert "<p>One <em>heron</em><br>\non the quay</p>" in page.html
    assert "This conversation is about: Birds" in page.text
    for path in ("/", "/local", "/@ann", page.path):
        assert "on the quay" in visitor().open(path).text


def test_a_reply_stands_in_the_thread(member: People) -> None:
    """A reply is made on the page of the post; it shows what it answers, and the thread shows it."""
    ann, ben = member("ann"), member("ben")
    opener = ann.submit("/posts", {"text": "Who saw the heron?", "topic": "Birds"}, at="/").path
    answer = ben.submit("/posts", {"text": "I did."}, at=opener)
    assert "Who saw the heron?" in answer.text
    assert "This conversation is about: Birds" in answer.text
    second = ann.submit("/posts", {"text": "Where?"}, at=answer.path)
    assert ["Who saw the heron?", "I did.", "Where?"] == [said.text for said in second.document.all(cls="said")]
    thread = ann.open(opener)
    assert ["Who saw the heron?", "I did.", "Where?"] == [said.text for said in thread.document.all(cls="said")]
    assert "A reply to @ann" in thread.text


def test_the_permanent_address_leads_to_the_authors(program: Programs) -> None:
    """A browser is sent on with 303, from a wrong handle as well; JSON is served at both addresses, and is the same."""
    ann = program("ann")
    said = say(ann, "Here.")
    html = {"Accept": "text/html"}
    for wrong in (f"/posts/{said.id}", f"/@somebody/{said.id}"):
        moved = ann.http.get(wrong, headers=html)
        assert (303, said.url) == (moved.status_code, moved.headers["location"])
    assert ann.get(f"/posts/{said.id}").json() == ann.get(said.url).json()
    assert read(ann, said) == said
    assert "<p>Here.</p>\n" == said.html
    assert said.restriction is None


@ON_SQLITE
@pytest.mark.parametrize(
    "path", ["/posts/0", "/posts/1", "/posts/x", f"/posts/{2**63}", "/posts/-1", "/@ann/1", "/x/1", "/x"]
)
def test_what_does_not_exist_is_not_found(program: Programs, path: str) -> None:
    """No address makes the square stumble."""
    assert 404 == program("").get(path).status_code


def test_programs_and_browsers_are_told_what_is_wrong_and_lose_nothing(member: People, program: Programs) -> None:
    """Everything typed stands in the form again, each error beside its field; a program reads the errors by name."""
    ann = member("ann")
    typed = {
        "text": "  \u200b ",
        "topic": "t" * 201,
        "options": ["yes", "yes", "no", ""],
        "hide_totals": "on",
        "language": "ar",
    }
    page = ann.submit("/posts", typed, at="/")
    assert 422 == page.status
    assert {"text": "Write something first.", "topic": "Write at most 200 characters."}.items() <= page.errors.items()
    form = page.form("/posts")
    assert ["t" * 201] == form.values["topic"]
    assert ["yes", "yes", "no", ""] == form.values["options"]
    assert ["on"] == form.values["hide_totals"]
    assert ["ar"] == form.values["language"]
    assert "Two answers of this poll are the same." in page.text
    refused = program("ben").post("/posts", {"text": "", "options": ["only one"]})
    assert 422 == refused.status_code
    assert "application/problem+json" == refused.headers["content-type"].partition(";")[0]
    assert {"text", "options"} == set(refused.json()["errors"])


@ON_SQLITE
def test_more_answers_keep_what_was_typed(member: People) -> None:
    """The button for more answers writes nothing and forgets nothing, up to twenty of them."""
    ann = member("ann")
    page = ann.open("/compose?poll=1")
    form = page.form("/posts")
    assert 4 == len(form.values["options"])
    fields = 4
    while fields < 20:
        pairs = [("csrf", form.values["csrf"][0]), ("text", "Which?"), ("more", "1")]
        pairs += [("options", option) for option in ["a", "b", *form.values["options"][2:]]]
        page = type(page)(ann._post("/compose", pairs))
        assert 200 == page.status
        form = page.form("/posts")
        assert ["Which?"] == form.values["text"]
        assert ["a", "b"] == form.values["options"][:2]
        fields += 4
        assert fields == len(form.values["options"])
    assert "Nobody has said anything yet" in ann.open("/local").text


@ON_SQLITE
def test_the_limit_is_what_a_reader_sees(program: Programs) -> None:
    """5,000 families are a post, 5,001 letters are not."""
    ann = program("ann")
    assert FAMILY * 5_000 == say(ann, FAMILY * 5_000).text
    assert "x" * 5_000 == say(ann, "x" * 5_000).text
    for long in ("x" * 5_001, FAMILY * 5_001, "x" + "\u0301" * 80_000):
        refused = ann.post("/posts", {"text": long})
        assert 422 == refused.status_code
        assert ["text"] == list(refused.json()["errors"])


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "</textarea></title><script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "{{ 7*7 }}{% raw %}",
    "%(n)s %s {0}",
]


@ON_SQLITE
def test_nothing_that_somebody_wrote_runs_or_turns_a_page(member: People) -> None:
    """In text, topic and answers of a poll: no tag, no attribute, no template, no turned direction; nor in titles."""
    ann = member("ann")
    for attack in ATTACKS:
        written = f"{attack}\u202e{attack}"
        filling = {"text": written, "topic": written, "options": [written, "no"]}
        made = ann.submit("/posts", filling, at="/")
        assert 200 == made.status, made.text
        for page in (made, ann.open("/"), ann.open("/@ann")):
            assert not page.document.all("script", "img", "iframe")
            assert "\u202e" not in page.html
            for element in page.document.all():
                assert not [name for name in element.attributes if name.startswith("on")]
                assert not element["href"].lower().startswith("javascript")
            assert "49" not in page.document.all(cls="said")[0].text


def test_an_author_deletes_and_the_thread_keeps_the_place(member: People, program: Programs) -> None:
    """After one question the words are gone everywhere, a stub stays in the thread, replies stay."""
    ann, ben = member("ann"), member("ben")
    opener = ann.submit("/posts", {"text": "Secret heron", "topic": "Herons"}, at="/").path
    post = opener.rpartition("/")[2]
    ben.submit("/posts", {"text": "Noted."}, at=opener)
    assert 403 == ben.open(f"/posts/{post}/delete").status
    assert "Secret heron" in ann.open(f"/posts/{post}/delete").text
    page = ann.submit(f"/posts/{post}/delete")
    assert "/@ann" == page.path
    assert "Secret heron" not in page.text
    thread = ben.open(opener)
    assert "Its author has deleted this post." in thread.text
    assert "Noted." in thread.text
    assert "eron" not in thread.text
    shown = read(program(""), post)
    assert ("deleted", "", "", "") == (shown.stands, shown.text, shown.html, shown.topic)
    assert 404 == ann.open(f"/posts/{post}/delete").status
    answer = ben.http.get("/session", headers={"Accept": "application/json"}).json()["csrf"]
    late = ben.http.post("/posts", json={"text": "Too late", "reply_to": post}, headers={"X-CSRF-Token": answer})
    assert ["reply_to"] == list(late.json()["errors"])


def test_who_is_not_signed_in_cannot_write(program: Programs, visitor: Callable[[], Browser]) -> None:
    """A program gets 401, a browser the page to sign in; another person's post cannot be deleted."""
    assert 401 == program("").post("/posts", {"text": "x"}).status_code
    assert "/sign-in?next=/compose" == visitor().open("/compose").path
    said = say(program("ann"), "mine")
    assert 403 == program("ben").post(f"/posts/{said.id}/delete").status_code
    assert "mine" == read(program(""), said).text


@ON_SQLITE
def test_only_an_opener_sets_a_topic(program: Programs) -> None:
    """A reply has none, and is told so."""
    ann = program("ann")
    opener = say(ann, "Who saw the heron?", topic=" Birds \n of \u202e the quay ")
    assert "Birds of the quay" == opener.topic
    refused = ann.post("/posts", {"text": "x", "reply_to": opener.id, "topic": "Cats"})
    assert ["topic"] == list(refused.json()["errors"])
    reply = say(ann, "I did", reply_to=opener.id)
    assert ("", opener.id, opener.id) == (reply.topic, reply.root, reply.reply_to)
    assert "Birds of the quay" == read(ann, reply).conversation


def test_a_long_thread_is_read_page_by_page(site: Site, program: Programs) -> None:
    """All 95 replies, oldest first, each once, below the opener and below a reply."""
    ann = program("ann")
    account = account_of(ann)
    opener = say(ann, "Count with me")

    async def reply_95_times(square: Square) -> int:
        first = await write_post(square, account, None, Words("0", "en", reply_to=opener.number))
        assert first is not None
        for n in range(1, 95):
            await write_post(square, account, None, Words(str(n), "en", reply_to=first))
        return first

    first = site.run(reply_95_times)
    for top, whole in ((opener.url, range(95)), (f"/@ann/{first}", range(1, 95))):
        found: list[str] = []
        url = top
        while url:
            page = ann.get(url).json()
            found += [post["text"] for post in page["below"]]
            url = page["next"]
        assert [str(n) for n in whole] == found


def test_an_imported_post_shows_its_date_of_origin_and_its_source(
    site: Site, visitor: Callable[[], Browser], program: Programs
) -> None:
    """`posted` is when it entered here; when it was written elsewhere stands beside it, and it enters once."""
    ann = program("ann")
    account = account_of(ann)
    row = NewPost(
        id=START << 16,
        account=account,
        body="Uber should pay",
        language="en",
        topic="",
        reply_to=None,
        root=START << 16,
        created_at=START,
        origin_at=1_438_000_000_000,
        origin="polis:vtaiwan.uberx/7",
    )

    async def enter(tx: Tx) -> set[str]:
        return await import_posts(tx, [row])

    assert {"polis:vtaiwan.uberx/7"} == site.run(lambda square: square.database.write(enter))
    assert set() == site.run(lambda square: square.database.write(enter))
    page = visitor().open(f"/posts/{row.id}")
    assert "Written on 27 July 2015 elsewhere, entered here on 21 September 2026." in page.text
    assert "Source: polis:vtaiwan.uberx/7" in page.text
    origin = ann.get(f"/posts/{row.id}").json()["origin"]
    assert {"name": "polis:vtaiwan.uberx/7", "at": 1_438_000_000_000} == origin


def test_posts_at_one_moment_have_ids_of_their_own(site: Site, program: Programs) -> None:
    """The clock stands still and another process has taken the id: the next one is used, and they rise."""
    ann = program("ann")
    account = account_of(ann)
    taken = (site.clock.now() << 16) + 1
    row = NewPost(taken, account, "taken", "en", "", None, taken, site.clock.now())
    site.run(lambda square: square.database.write(lambda tx: import_posts(tx, [row])))
    ids = [say(ann, str(n)).number for n in range(5)]
    assert sorted(set(ids)) == ids
    assert taken not in ids
