"""Timelines in order of time, paged without holes and without doubles; profiles, and following."""

from collections.abc import Callable

import pytest

from app.store.engines import Tx
from app.store.posts import NewPost, add_post
from tests.speech.world import ON_SQLITE, People, Programs, account_of, listed, say
from tests.web.client import Browser
from tests.web.serving import START, Site

PAGE = 20


async def enter_posts(tx: Tx, account: int, count: int) -> None:
    """So many posts of one account, numbered in their words."""
    for n in range(count):
        post = (START + n) << 16
        assert await add_post(tx, NewPost(post, account, str(n), "en", "", None, post, START + n))


@pytest.mark.parametrize("count", [PAGE - 1, PAGE, PAGE + 1, 2 * PAGE, 2 * PAGE + 1])
def test_every_page_but_the_last_is_full_and_none_is_lost(site: Site, program: Programs, count: int) -> None:
    """Home, local and profile, at the edges of a page: every post once, newest first, at most 20 together."""
    ann = program("ann")
    account = account_of(ann)
    site.run(lambda square: square.database.write(lambda tx: enter_posts(tx, account, count)))
    for path in ("/", "/local", "/@ann"):
        assert [str(n) for n in reversed(range(count))] == listed(ann, path)
        first = ann.get(path).json()
        assert min(count, PAGE) == len(first["items"])
        assert (first["next"] is None) == (count <= PAGE)


def test_posts_that_come_while_one_reads_move_nothing(site: Site, program: Programs) -> None:
    """The second page begins where the first one ended, whatever was said or taken back in between."""
    ann = program("ann")
    account = account_of(ann)
    site.run(lambda square: square.database.write(lambda tx: enter_posts(tx, account, 40)))
    page = ann.get("/local").json()
    site.clock.advance(1000)
    say(ann, "said in between")
    for gone in (page["items"][-1], page["items"][5]):
        ann.post(f"/posts/{gone['id']}/delete")
    assert [str(n) for n in reversed(range(20))] == [post["text"] for post in ann.get(page["next"]).json()["items"]]


def test_home_is_whom_one_follows_and_the_half_of_a_talk_is_left_out(program: Programs) -> None:
    """Own posts; those of the followed; their replies to oneself, themselves and others followed; nobody else's."""
    ann, ben, cleo, dan = (program(name) for name in ("ann", "ben", "cleo", "dan"))
    mine, bens, cleos, dans = (
        say(one, text) for one, text in ((ann, "mine"), (ben, "ben"), (cleo, "cleo"), (dan, "dan"))
    )
    assert ["mine"] == listed(ann, "/")
    for handle in ("ben", "cleo"):
        assert 201 == ann.post(f"/@{handle}/follow").status_code
    own = say(ben, "ben to ben", reply_to=bens.id)
    for text, post in (("ben to ann", mine), ("ben to cleo", cleos), ("ben to dan", dans)):
        say(ben, text, reply_to=post.id)
    say(dan, "dan to ann", reply_to=mine.id)
    say(ann, "ann to dan", reply_to=dans.id)
    say(ben, "ben to ben again", reply_to=own.id)
    assert [
        "ben to ben again",
        "ann to dan",
        "ben to cleo",
        "ben to ann",
        "ben to ben",
        "cleo",
        "ben",
        "mine",
    ] == listed(ann, "/")
    assert ["dan", "cleo", "ben", "mine"] == listed(ann, "/local")
    assert ["ben to ben again", "ben to dan", "ben to cleo", "ben to ann", "ben to ben", "ben"] == listed(dan, "/@ben")
    assert 201 == ann.post("/@ben/unfollow").status_code
    assert ["ann to dan", "cleo", "mine"] == listed(ann, "/")


def test_an_empty_square_says_what_to_do(member: People, visitor: Callable[[], Browser]) -> None:
    """A visitor is asked to join, a newcomer to read and to speak; beyond the last page one is led back."""
    assert "Nobody has said anything yet" in visitor().open("/").text
    ann = member("ann")
    home = ann.open("/")
    assert "You follow nobody yet" in home.text
    assert "/local" in home.links.values()
    assert "Open the first one" in ann.open("/local").text
    ann.submit("/posts", {"text": "here I am"}, at="/")
    assert "That was all" in ann.open("/local?before=1").text


def test_following_is_a_button(member: People, program: Programs) -> None:
    """One presses it on a profile; the counts say so; nobody follows themselves, and twice is once."""
    ann, ben = member("ann"), member("ben")
    page = ann.submit("/@ben/follow", at="/@ben")
    assert "/@ben" == page.path
    assert "Followed by1" in page.text
    ben.submit("/posts", {"text": "for those who follow"}, at="/")
    assert "for those who follow" in ann.open("/").text
    page = ann.submit("/@ben/unfollow", at="/@ben")
    assert "Followed by0" in page.text
    assert "for those who follow" not in ann.open("/").text
    cleo = program("cleo")
    assert [201, 201] == [cleo.post("/@Ben/follow").status_code for _ in range(2)]
    told = cleo.get("/@ben").json()
    assert (1, 0, True, 1) == (told["followers"], told["following"], told["followed"], told["posts"])
    assert 409 == cleo.post("/@cleo/follow").status_code
    assert 404 == cleo.post("/@nobody/follow").status_code
    assert 401 == program("").post("/@ben/follow").status_code


@ON_SQLITE
def test_what_is_no_place_in_a_timeline_is_not_found(program: Programs) -> None:
    """`before` is an id, and nothing else."""
    ann = program("ann")
    for before in ("x", "0", "-1", str(2**63), "9" * 5000):
        for path in ("/", "/local", "/@ann"):
            assert ann.get(f"{path}?before={before}").status_code in (400, 404)


@ON_SQLITE
def test_a_profile_shows_what_somebody_says_of_themselves(member: People) -> None:
    """Name and a few words, safe and in their own direction; a change in the settings shows at once."""
    ann = member("ann")
    ann.submit("/settings/profile", {"name": "نادية", "bio": "أهلا <script>alert(1)</script> *hi*"}, at="/settings")
    page = ann.open("/@ann")
    assert "نادية" == page.heading
    assert not page.document.all("script")
    assert "<em>hi</em>" in page.html
    assert "Change my profile" in page.links
