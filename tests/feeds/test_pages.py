"""The pages of a hashtag and of a list."""

from app.lists import make_list
from app.store.follows import follow
from app.store.lists import put_in_list
from tests.speech.world import ON_SQLITE, People, Programs, account_of, listed, say
from tests.web.serving import Site


@ON_SQLITE
def test_a_hashtag_has_a_page(program: Programs, member: People) -> None:
    """However it is written; for visitors too; what is for some only is not there, and no number has a page."""
    ann, visitor = program("ann"), program("")
    say(ann, "one #Pool")
    say(ann, "two #pool", visibility="unlisted")
    say(ann, "three")
    assert ["one #Pool"] == listed(visitor, "/tags/pool") == listed(ann, "/tags/POOL")
    assert visitor.get("/tags/pool").json()["followed"] is None
    assert ann.get("/tags/pool").json()["followed"] is False
    assert 201 == ann.post("/me/tags", {"tag": "#pool"}).status_code
    assert ann.get("/tags/pool").json()["followed"] is True
    assert 404 == visitor.get("/tags/1").status_code
    ben = member("ben")
    page = ben.submit("/me/tags", {}, at="/tags/pool", press="pool")
    assert "/me/tags" == page.path
    assert "#pool" in page.text
    assert "Nothing stands here" in ben.open("/tags/noon").text


@ON_SQLITE
def test_a_list_has_a_page_for_its_owner(site: Site, program: Programs, member: People) -> None:
    """What those say who stand in it, and nobody else; others do not find it."""
    ann, ben, cleo = program("ann"), program("ben"), program("cleo")
    mine, bens = account_of(ann), account_of(ben)
    for other in (bens, account_of(cleo)):
        site.run(lambda square, other=other: square.database.write(lambda tx: follow(tx, mine, other, 0)))  # type: ignore[misc]
    made = site.run(lambda square: make_list(square, mine, "friends", "list", exclusive=False))
    site.run(lambda square: square.database.write(lambda tx: put_in_list(tx, made, [bens])))
    say(ben, "from the list")
    say(cleo, "from elsewhere")
    assert ["from the list"] == listed(ann, f"/lists/{made.id}")
    assert "friends" == ann.get(f"/lists/{made.id}").json()["title"]
    assert 404 == cleo.get(f"/lists/{made.id}").status_code
    assert 401 == program("").get(f"/lists/{made.id}").status_code
    dora = member("dora")
    page = dora.submit("/me/lists", {"title": "neighbours"}, at="/me/lists")
    assert "neighbours" == dora.open(page.path.removeprefix("/me")).heading
