"""What people do to one another on the pages: with buttons and forms, and no script."""

from collections.abc import Callable

from app.store.engines import Tx
from app.store.profiles import Profile, save_profile
from tests.people.town import DAY
from tests.speech.world import account_of
from tests.web.client import Browser, Program
from tests.web.serving import ON_SQLITE, Site

People = Callable[[str], Browser]
Programs = Callable[[str], Program]


def said(browser: Browser, text: str) -> None:
    """Post something on a page."""
    browser.submit("/posts", {"text": text}, at="/")


def lock(site: Site, program: Program, *, hides: bool = False) -> None:
    """Have somebody want to be asked first, or hide whom they follow."""
    number = account_of(program)

    async def work(tx: Tx) -> None:
        await save_profile(tx, Profile(number, locked=not hides, hides_follows=hides))

    site.run(lambda square: square.database.write(work))


def test_following_is_told_on_both_pages(member: People) -> None:
    """A button; the counts lead to who they are; how one follows can be changed."""
    ann, ben = member("ann"), member("ben")
    page = ann.submit("/@ben/follow", at="/@ben")
    assert ("/@ben", True) == (page.path, "Unfollow" in page.text)
    assert "ann" in ann.open("/@ben/followers").text
    assert "ben" in ann.open("/@ann/following").text
    assert "Follows you" in ben.open("/@ann").text
    page = ann.submit("/@ben/follow", {"boosts": "no", "notifies": "yes"}, at="/@ben")
    assert {"boosts": ["no"], "notifies": ["yes"]}.items() <= page.form("/@ben/follow").values.items()
    assert "Nobody follows you yet" in ben.submit("/@ann/remove-follower", at="/@ben/followers").text
    assert "You follow nobody yet" in ann.open("/@ann/following").text


def test_who_wants_to_be_asked_is_asked(site: Site, member: People, program: Programs) -> None:
    """The request waits on a page of its own and on the asker's; accepted or rejected there."""
    ben = program("ben")
    lock(site, ben)
    ann, cleo = member("ann"), member("cleo")
    assert "You have asked to follow" in ann.submit("/@ben/follow", at="/@ben").text
    cleo.submit("/@ben/follow", at="/@ben")
    assert {"ann", "cleo"} == {one["handle"] for one in ben.get("/me/requests").json()["items"]}
    assert ben.post("/@ann/accept").json()["followed_by"]
    assert 201 == ben.post("/@cleo/reject").status_code
    assert [404, 404] == [ben.post(f"/@cleo/{act}").status_code for act in ("accept", "reject")]
    assert "Unfollow" in ann.open("/@ben").text
    assert "Unfollow" not in cleo.open("/@ben").text


def test_the_blocked_see_nothing_of_the_blocker(member: People, program: Programs) -> None:
    """Not on the profile, not in a timeline, not at the post's address, while signed in; a visitor sees it all."""
    ann, ben = member("ann"), program("ben")
    ben.post("/@ann/follow")
    said(ann, "for all but one")
    post = ben.get("/@ann").json()["items"][0]
    page = ann.submit("/@ben/block", at="/@ben")
    assert "You have blocked them" in page.text
    told = ben.get("/@ann").json()
    assert ([], False, True) == (told["items"], told["followed"], told["relationship"]["blocked_by"])
    assert [] == ben.get("/").json()["items"]
    assert 404 == ben.get(f"/posts/{post['id']}").status_code
    assert 409 == ben.post("/@ann/follow").status_code
    assert 200 == program("").get(f"/posts/{post['id']}").status_code
    assert "ben" in ann.open("/me/blocks").text
    assert "You block nobody" in ann.submit("/@ben/unblock", at="/me/blocks").text


def test_a_mute_is_for_a_while(site: Site, member: People) -> None:
    """Until its end it stands on the page of mutes and on the person's, and then no more; they are not told."""
    ann, ben = member("ann"), member("ben")
    page = ann.submit("/@ben/mute", {"lasts": "86400"}, at="/@ben")
    assert "Muted until" in page.text
    assert "Muted until" in ann.open("/me/mutes").text
    assert "Muted" not in ben.open("/@ann").text
    site.clock.advance(DAY)
    assert "You mute nobody" in ann.open("/me/mutes").text
    assert "Muted until" not in ann.open("/@ben").text
    ann.submit("/@ben/mute", {"lasts": "0"}, at="/@ben")
    assert "Muted for good" in ann.open("/me/mutes").text
    assert "You mute nobody" in ann.submit("/@ben/unmute", at="/me/mutes").text


@ON_SQLITE
def test_a_note_is_seen_by_its_writer(member: People) -> None:
    """On the person's page, for nobody else."""
    ann, ben = member("ann"), member("ben")
    assert "owes me a cake" in ann.submit("/@ben/note", {"note": "owes me a cake"}, at="/@ben").text
    assert "cake" not in ben.open("/@ben").text
    assert "cake" not in ann.submit("/@ben/note", {"note": ""}, at="/@ben").text


def test_a_list_is_kept_on_pages(member: People) -> None:
    """Made, filled by handle or on somebody's page, renamed, taken away."""
    ann = member("ann")
    member("ben")
    member("cleo")
    assert "No list yet" in ann.open("/me/lists").text
    page = ann.submit("/me/lists", {"title": "Friends"}, at="/me/lists")
    path = page.path
    assert "Nobody stands in this list" in page.text
    assert 409 == ann.submit(f"{path}/add", {"handle": "ben"}).status
    assert "Nobody here has this handle" in ann.submit(f"{path}/add", {"handle": "nobody"}, at=path).text
    for handle in ("ben", "cleo"):
        ann.submit(f"/@{handle}/follow", at=f"/@{handle}")
    assert "@ben" in ann.submit(f"{path}/add", {"handle": "@Ben"}, at=path).text
    ann.submit("/@cleo/lists", {"lists": [path.rpartition("/")[2]]}, at="/@cleo")
    assert "@cleo" in ann.open(path).text
    page = ann.submit(f"{path}/remove")
    assert 1 == sum(handle in page.text for handle in ("@ben", "@cleo"))
    page = ann.submit(path, {"title": "Old friends", "replies": "none", "exclusive": "on"})
    assert "Old friends" in page.text
    assert "Without replies." in page.text
    assert "This must not be empty" in ann.submit(path, {"title": " "}).text
    assert "No list yet" in ann.submit(f"{path}/delete", at=path).text


@ON_SQLITE
def test_a_filter_keeps_words_from_its_reader_alone(member: People) -> None:
    """Behind its name on the home page, or left out; others read what is said; it can be changed and taken away."""
    ann, ben = member("ann"), member("ben")
    ann.submit("/@ben/follow", at="/@ben")
    said(ben, "The finale was bad")
    said(ben, "herons at the pool")
    form = {"title": "Spoilers", "keywords": "FINALE\nlast scene", "contexts": ["home", "public", "account"]}
    page = ann.submit("/me/filters", form, at="/me/filters")
    assert "Puts posts behind a warning" in page.text
    for place in ("/", "/local", "/@ben"):
        assert "Your filter catches this: Spoilers" in ann.open(place).text
        assert "Your filter" not in ben.open(place).text
    ann.open("/me/filters")
    path = ann.follow("Spoilers").path
    assert "Leaves posts out" in ann.submit(path, {"action": "hide"}).text
    for place in ("/", "/local", "/@ben"):
        assert "finale" not in ann.open(place).text
        assert "herons" in ann.open(place).text
        assert "finale" in ben.open(place).text
    assert "No filter yet" in ann.submit(f"{path}/delete", at=path).text
    assert "finale" in ann.open("/").text
    wrong = ann.submit("/me/filters", {"title": "x", "keywords": "", "contexts": ["home"]}, at="/me/filters")
    assert (422, True) == (wrong.status, "Write at least one keyword" in wrong.text)


@ON_SQLITE
def test_hashtags_are_followed_by_name(member: People) -> None:
    """Written with or without the sign, however it is written; one that is none is said to be none."""
    ann = member("ann")
    assert "You follow no hashtag yet" in ann.open("/me/tags").text
    assert "#herons" in ann.submit("/me/tags", {"tag": "#Herons"}).text
    assert "at least one letter" in ann.submit("/me/tags", {"tag": "1"}).text
    assert "You follow no hashtag yet" in ann.submit("/me/tags/remove", at="/me/tags").text
    ann.submit("/me/tags/show", {"tag": "Boats"}, at="/me/tags")
    assert "#boats" in ann.open("/@ann").text
    ann.submit("/me/tags/hide", at="/me/tags")
    assert "#boats" not in ann.open("/@ann").text


@ON_SQLITE
def test_one_chooses_who_may_follow_and_who_sees_it(member: People) -> None:
    """Both on one page; who waits is let in when one asks no more."""
    ann, ben = member("ann"), member("ben")
    page = ben.submit("/settings/followers", {"locked": "on", "hides_follows": "on"}, at="/settings/followers")
    assert "Saved." in page.text
    assert "You have asked to follow" in ann.submit("/@ben/follow", at="/@ben").text
    assert "They show nobody" in ann.open("/@ben/followers").text
    assert "ann asks to follow you" in ben.open("/@ann").text
    ben.submit("/settings/followers", {"locked": [], "hides_follows": []}, at="/settings/followers")
    assert "Unfollow" in ann.open("/@ben").text
    assert "ann" in ann.open("/@ben/followers").text


@ON_SQLITE
def test_who_hides_whom_they_follow_says_so(site: Site, member: People, program: Programs) -> None:
    """Others read that nobody is shown; oneself reads who it is."""
    ben = program("ben")
    ann = member("ann")
    ben.post("/@ann/follow")
    lock(site, ben, hides=True)
    assert "They show nobody" in ann.open("/@ben/following").text
    assert ["ann"] == [one["handle"] for one in ben.get("/@ben/following").json()["items"]]
    assert [] == program("").get("/@ben/following").json()["items"]


@ON_SQLITE
def test_what_is_somebody_elses_is_not_found(member: People, program: Programs) -> None:
    """Lists and filters of others, ids that are none, people who are not here; and visitors are asked to sign in."""
    ann, ben = program("ann"), program("ben")
    made = ann.post("/me/lists", {"title": "Friends"}).json()["url"]
    ann.post("/me/filters", {"title": "x", "keywords": "x", "contexts": ["home"]})
    kept = f"/me/filters/{ann.get('/me/filters').json()['items'][0]['id']}"
    for path in (made, kept, "/me/lists/x", "/me/lists/1", "/me/filters/x", "/me/filters/9223372036854775808"):
        assert 404 == ben.get(path).status_code
        assert 404 == ben.post(f"{path}/delete").status_code
    assert 404 == ben.post(made, {"title": "Mine"}).status_code
    assert 404 == ben.post(f"{made}/add", {"handle": "ann"}).status_code
    assert 404 == ben.post(kept, {"title": "x", "keywords": "y", "contexts": ["home"]}).status_code
    for act in ("follow", "unfollow", "block", "unblock", "mute", "unmute", "note", "accept", "reject", "lists"):
        assert 404 == ben.post(f"/@nobody/{act}").status_code, act
        assert 401 == program("").post(f"/@ann/{act}").status_code, act
    for act in ("follow", "block", "mute", "note"):
        assert 409 == ben.post(f"/@ben/{act}").status_code, act
    for wrong in ({"lasts": -1}, {"lasts": 10**12}, {"next": "x" * 3000}):
        assert 422 == ben.post("/@ann/mute", wrong).status_code
    assert 404 == ann.post("/@ben/lists", {"lists": ["1"]}).status_code
