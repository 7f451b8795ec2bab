"""Likes, bookmarks, pins, muted talks and boosts: each once, counted as it is set, on nothing that one cannot see."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.marks import MOST_PINS
from app.store.engines import Tx
from app.store.seen import Marks
from app.store.visibility import Visibility
from app.writing import Words, write_post
from tests.marks.world import does, page, people, refused, seen
from tests.speech.world import ON_SQLITE, People, Programs, account_of, restrict, say
from tests.web.serving import Site

MARKS = ("favourite", "bookmark", "boost", "mute")


def test_a_mark_is_set_once_and_taken_back(program: Programs) -> None:
    """Twice is once, both ways; the counters say so to everybody, the marks to who set them."""
    ann, ben = program("ann"), program("ben")
    post = say(ann, "Here.").id
    for deed in MARKS:
        for _ in range(2):
            does(ben, deed, post)
    assert Marks(favourited=True, bookmarked=True, boosted=True, muted=True) == seen(ben, post).marks
    for reader in (ann, ben, program("")):
        assert (1, 1) == (seen(reader, post).favourite_count, seen(reader, post).boost_count)
    assert Marks() == seen(ann, post).marks
    for deed in MARKS:
        for _ in range(2):
            does(ben, f"un{deed}", post)
    assert Marks() == seen(ben, post).marks
    assert (0, 0) == (seen(ann, post).favourite_count, seen(ann, post).boost_count)


def test_a_boost_is_a_row_of_its_own_in_timelines(program: Programs) -> None:
    """It is answered with its own id, tells who passed on, and a mark on it is one on the post."""
    ann, ben, cy = program("ann"), program("ben"), program("cy")
    post = say(ann, "Here.").id
    boost = does(ben, "boost", post)
    assert boost.boost is not None
    assert (post, "ben") == (boost.id, boost.boost.author.handle)
    assert boost.boost.id != post
    does(cy, "favourite", boost.boost.id)
    does(cy, "boost", boost.boost.id)
    assert (1, 2) == (seen(ann, post).favourite_count, seen(ann, post).boost_count)
    assert ["cy", "ben"] == people(ann, f"/posts/{post}/boosts")
    assert ["cy"] == people(ann, f"/posts/{post}/favourites")
    shown = page(program(""), "/@ben").items
    assert [("Here.", "ben")] == [(one.text, one.boost and one.boost.author.handle) for one in shown]


@pytest.mark.parametrize("deed", ["favourite", "boost", "bookmark", "pin"])
def test_a_hundred_at_once_are_one(site: Site, program: Programs, deed: str) -> None:
    """A mark's key decides, and the counter with it."""
    ann = program("ann")
    post = say(ann, "Here.").id
    ann.token()
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: ann.post(f"/posts/{post}/mark", {"do": deed}).status_code, range(100)))
    assert {201} == set(answers)
    counts = {"favourite": (1, 0), "boost": (0, 1)}.get(deed, (0, 0))
    assert counts == (seen(ann, post).favourite_count, seen(ann, post).boost_count)
    if deed == "boost":
        assert 2 == len(page(ann, "/@ann").items)


def test_pins_are_few_and_ones_own(site: Site, program: Programs) -> None:
    """Up to five, of what everybody may read, the latest first on the profile."""
    ann, ben = program("ann"), program("ben")
    posts = [say(ann, f"Number {n}").id for n in range(MOST_PINS + 1)]
    assert 422 == refused(ben, "pin", posts[0])
    for post in posts[:MOST_PINS]:
        does(ann, "pin", post)
    assert 422 == refused(ann, "pin", posts[MOST_PINS])
    does(ann, "pin", posts[0])  # it is pinned already
    pinned = [one["text"] for one in ben.get("/@ann").json()["pinned"]]
    assert [f"Number {n}" for n in reversed(range(MOST_PINS))] == pinned
    does(ann, "unpin", posts[0])
    does(ann, "pin", posts[MOST_PINS])
    followers = _writes(site, account_of(ann), "For followers", "followers")
    assert 422 == refused(ann, "pin", followers)


def test_what_one_does_not_see_one_cannot_mark(site: Site, program: Programs) -> None:
    """Posts for others, of whoever blocks the reader, withheld, deleted and unknown ones are not there."""
    ann, ben = program("ann"), program("ben")
    closed = _writes(site, account_of(ann), "For followers", "followers")
    gone = say(ann, "Gone").id
    ann.post(f"/posts/{gone}/delete")
    withheld = say(ann, "Withheld")
    site.run(lambda square: restrict(square, "withhold", post=withheld.number, label="1.1"))
    blocked = say(ann, "Blocked").id
    for deed in ("favourite", "bookmark", "boost", "pin", "mute"):
        for post in (closed, gone, withheld.id, "1"):
            assert 404 == refused(ben, deed, post), (deed, post)
    for path in ("favourites", "boosts"):
        for post in (closed, gone, withheld.id, "1"):
            assert 404 == ben.get(f"/posts/{post}/{path}").status_code
    _block(site, account_of(ann), account_of(ben))
    assert 404 == refused(ben, "favourite", blocked)
    assert 404 == ben.get(f"/posts/{blocked}/favourites").status_code


def test_what_is_for_followers_is_passed_on_by_its_author_alone(site: Site, program: Programs) -> None:
    """To the same followers; and what is for those mentioned, by nobody."""
    ann, ben, cy = program("ann"), program("ben"), program("cy")
    ben.post("/@ann/follow")
    closed = _writes(site, account_of(ann), "For followers", "followers")
    named = _writes(site, account_of(ann), "To @ben alone", "mentioned")
    assert 422 == refused(ben, "boost", closed)
    assert 422 == refused(ben, "boost", named)
    assert 422 == refused(ann, "boost", named)
    assert "followers" == does(ann, "boost", closed).visibility
    assert 3 == len(page(ben, "/@ann").items)
    assert [] == [one.text for one in page(cy, "/@ann").items]
    does(ben, "favourite", named)
    assert ["ben"] == people(ann, f"/posts/{named}/favourites")


def test_a_folded_post_may_be_liked_and_passed_on(site: Site, program: Programs) -> None:
    """Anybody may open it; its boost stands folded as well."""
    ann, ben = program("ann"), program("ben")
    post = say(ann, "Folded")
    site.run(lambda square: restrict(square, "fold", post=post.number))
    does(ben, "favourite", post.id)
    does(ben, "boost", post.id)
    assert (1, 1) == (seen(ann, post.id).favourite_count, seen(ann, post.id).boost_count)
    assert [] == [one.text for one in page(program(""), "/local").items]


def test_lists_of_ones_marks_are_paged_and_private(program: Programs) -> None:
    """The latest mark first, whatever the age of the post; who is not signed in has none."""
    ann, ben = program("ann"), program("ben")
    posts = [say(ann, f"Number {n}").id for n in range(42)]
    for post in reversed(posts):
        does(ben, "bookmark", post)
        does(ben, "favourite", post)
    for path in ("/bookmarks", "/favourites"):
        first = page(ben, path)
        assert [f"Number {n}" for n in range(40)] == [one.text for one in first.items]
        assert first.next is not None
        rest = page(ben, first.next)
        assert (["Number 40", "Number 41"], None) == ([one.text for one in rest.items], rest.next)
        assert () == page(ann, path).items
        assert 401 == program("").get(path).status_code


def test_who_is_blocked_is_not_told_of(site: Site, program: Programs) -> None:
    """Neither those whom the reader blocks or mutes, nor those who block the reader."""
    ann, ben, cy, dee = (program(name) for name in ("ann", "ben", "cy", "dee"))
    post = say(ann, "Here.").id
    for reader in (ben, cy, dee):
        does(reader, "favourite", post)
        does(reader, "boost", post)
    _block(site, account_of(ben), account_of(cy))
    for path in (f"/posts/{post}/favourites", f"/posts/{post}/boosts"):
        assert ["dee", "cy", "ben"] == people(ann, path)
        assert ["dee", "ben"] == people(ben, path)
        assert ["dee", "cy"] == people(cy, path)
    assert 3 == seen(ben, post).favourite_count


def test_a_deleted_post_takes_its_marks_with_it(program: Programs) -> None:
    """Nothing of it is left in anybody's lists, and no boost either."""
    ann, ben = program("ann"), program("ben")
    post = say(ann, "Here.").id
    for deed in MARKS:
        does(ben, deed, post)
    ann.post(f"/posts/{post}/delete")
    assert () == page(ben, "/bookmarks").items
    assert () == page(ben, "/favourites").items
    assert () == page(ben, "/@ben").items


@ON_SQLITE
def test_who_is_suspended_passes_nothing_on(site: Site, program: Programs) -> None:
    """A boost is speech; a like and a bookmark are the reader's own."""
    ann, ben = program("ann"), program("ben")
    post = say(ann, "Here.").id
    _number(site, account_of(ben), "m:77")
    site.run(lambda square: restrict(square, "suspend", author="m:77"))
    assert 409 == refused(ben, "boost", post)
    does(ben, "favourite", post)
    does(ben, "bookmark", post)


@ON_SQLITE
def test_marks_are_buttons_that_need_no_javascript(member: People) -> None:
    """Each comes back to where it was pressed, and then takes its mark back."""
    ann, ben = member("ann"), member("ben")
    path = ann.submit("/posts", {"text": "Here."}, at="/").path
    post = path.rpartition("/")[2]
    ben.open(path)
    for deed in MARKS:
        liked = ben.submit(f"/posts/{post}/mark", press=deed)
        assert path == liked.path
    pressed = [
        button["value"]
        for button in liked.document.all("button")
        if button["name"] == "do" and button["aria-pressed"] == "true"
    ]
    assert sorted(f"un{deed}" for deed in MARKS) == sorted(pressed)
    assert "1 person likes this" in liked.text
    assert "Here." in ben.open("/bookmarks").text
    assert "Here." in ben.open("/favourites").text
    assert "Boosted by ben" in ann.open("/@ben").text
    assert "@ben" in ann.open(f"/posts/{post}/favourites").text


def _writes(site: Site, account: int, text: str, visibility: Visibility) -> str:
    words = Words(text, "en", visibility=visibility)
    return str(site.run(lambda square: write_post(square, account, None, words)))


def _block(site: Site, account: int, target: int) -> None:
    async def work(tx: Tx) -> None:
        await tx.run("insert into block (account, target, created_at) values ({}, {}, 0)", account, target)

    site.run(lambda square: square.database.write(work))


def _number(site: Site, account: int, member: str) -> None:
    async def work(tx: Tx) -> None:
        await tx.run("update account set member = {} where id = {}", member, account)

    site.run(lambda square: square.database.write(work))
