"""A ranking from its vote to the reader: computed from what everybody sees, and asked why."""

from collections import Counter
from typing import Final

import pytest

from app.store.engines import Tx
from tests.votes.town import NAMES, Town

WEIGHTS: Final = {"replies": 4, "boosts": 3, "favourites": 2, "age": 1, "again": 6}
HOUR: Final = 3_600_000
ADOPTED: Final = {"kind": "ranking", "ranking": "lively", "weights": [str(points) for points in WEIGHTS.values()]}


@pytest.fixture
def lively(town: Town) -> Town:
    """A town that has adopted the ranking."""
    town.becomes_law("ann", **ADOPTED)
    return town


def likes(town: Town, name: str, post: str, number: int) -> None:
    """Somebody likes a post."""

    async def write(tx: Tx) -> None:
        at = town.site.clock.now() << 16 | number
        sql = "insert into favourite (account, post, id) values ({}, {}, {})"
        await tx.run(sql, town.accounts[name], int(post), at)

    town.site.run(lambda square: square.database.write(write))


def test_nothing_is_ranked_before_a_vote(town: Town) -> None:
    """The page says so, and how one is proposed."""
    assert (0, []) == tuple(town.program().get("/lively").json()[name] for name in ("version", "items"))
    page = str(town.browser().open("/lively").links)
    assert "/proposals/new?kind=ranking" in page
    assert [] == town.program().get("/rankings").json()["offered"]


def test_a_vote_adopts_a_version(lively: Town) -> None:
    """It is told with its weights and its vote; another vote makes the next version; the audit holds."""
    (offered,) = lively.program().get("/rankings").json()["offered"]
    assert (1, WEIGHTS) == (offered["version"], {one["name"]: one["value"] for one in offered["weights"]})
    assert 200 == lively.program().get(f"/proposals/{offered['proposal']}").status_code
    lively.becomes_law("ann", **ADOPTED | {"weights": ["0", "0", "9", "1", "0"]})
    assert [2] == [one["version"] for one in lively.program().get("/rankings").json()["offered"]]
    lively.becomes_law("ann", kind="ranking", ranking="lively", withdraw=True)
    assert [] == lively.program().get("/rankings").json()["offered"]
    lively.audit()


def test_a_page_of_it_is_recomputed_from_what_everybody_reads(lively: Town) -> None:
    """By the rules that /rankings prints, from posts and threads alone, to each place, score and term."""
    posts = {}
    for n in range(9):
        name = NAMES[n % 3]
        posts[lively.says(name, f"post {n}")] = name
        lively.site.clock.advance(HOUR * (n % 3))
    liked: Counter[str] = Counter()
    for number, post in enumerate(posts):
        for liker in NAMES[: number % 5]:
            likes(lively, liker, post, number)
            liked[post] += 1
        for answerer in NAMES[: number % 4]:
            answer = lively.asks(answerer, "/posts", {"text": "so it is", "reply_to": post})
            assert answer.status_code == 201
    lively.site.clock.advance(60_000)
    page = lively.program().get("/lively").json()
    assert (1, len(posts)) == (page["version"], page["ranked"])
    weights = {one["name"]: one["value"] for one in page["weights"]}
    facts = {}
    for post in posts:
        thread = lively.program().get(f"/posts/{post}").json()
        people = {reply["author"]["id"] for reply in thread["below"]} - {thread["author"]["id"]}
        facts[post] = (thread["author"]["id"], thread["created_at"], len(people), thread["boost_count"], liked[post])
    above: Counter[str] = Counter()
    left = dict(facts)
    for item in page["items"]:
        best = max(left, key=lambda post: (sum(terms(left[post], weights, page["at"], above).values()), int(post)))
        found = {part["name"]: part["points"] for part in item["parts"]}
        assert (best, terms(left[best], weights, page["at"], above)) == (item["post"]["id"], found)
        assert sum(found.values()) == item["score"]
        above[left.pop(best)[0]] += 1
    assert not left
    why = lively.program().get(f"/posts/{page['items'][3]['post']['id']}/why").json()
    assert (4, page["items"][3]["parts"]) == (why["place"], why["parts"])


def terms(
    facts: tuple[str, int, int, int, int], weights: dict[str, int], at: int, above: Counter[str]
) -> dict[str, int]:
    """The terms of a score as the page words them."""
    author, created_at, replies, boosts, favourites = facts
    return {
        "replies": weights["replies"] * replies.bit_length(),
        "boosts": weights["boosts"] * boosts.bit_length(),
        "favourites": weights["favourites"] * favourites.bit_length(),
        "age": -weights["age"] * ((at - created_at) // HOUR),
        "again": -weights["again"] * above[author],
    }


def test_who_is_younger_than_a_day_counts_nowhere(lively: Town) -> None:
    """A crowd that was made today moves nothing today; two days later it is people like all others."""
    post = lively.says("ann", "what do you think?")
    lively.joins("newcomer")
    likes(lively, "newcomer", post, 1)
    assert 201 == lively.asks("newcomer", "/posts", {"text": "me too", "reply_to": post}).status_code
    lively.site.clock.advance(60_000)
    assert {"replies": 0, "favourites": 0} == counted(lively)
    lively.passes("49h")
    assert {"replies": 1, "favourites": 1} == counted(lively)


def counted(town: Town) -> dict[str, int]:
    """How many answered and liked the only post that is ranked."""
    (item,) = town.program().get("/lively").json()["items"]
    return {part["name"]: part["amount"] for part in item["parts"] if part["name"] in ("replies", "favourites")}


def test_what_the_law_folds_or_does_not_recommend_is_not_ranked(lively: Town) -> None:
    """And it is back when that has ended; no other word of ours moves a post."""
    kept, folded, shunned = (lively.says("ann", text) for text in ("kept", "folded", "not recommended"))
    lively.folds(folded, "ann")
    lively.shuns(shunned, "ann")
    lively.site.clock.advance(60_000)
    assert [kept] == [item["post"]["id"] for item in lively.program().get("/lively").json()["items"]]
    assert lively.program().get(f"/posts/{shunned}/why").json()["place"] is None


def test_the_reader_picks(lively: Town) -> None:
    """Following comes first until they choose; whom they mute is left out of their page and of nobody else's."""
    post = lively.says("bo", "here")
    lively.site.clock.advance(60_000)
    assert "home" == lively.program("ann").get("/").json()["timeline"]
    assert 201 == lively.asks("ann", "/rankings", {"first": "lively"}).status_code
    page = lively.program("ann").get("/").json()
    assert ("lively", [post]) == (page["ranking"], [item["post"]["id"] for item in page["items"]])
    assert "home" == lively.program("ann").get("/following").json()["timeline"]

    async def mute(tx: Tx) -> None:
        sql = "insert into mute (account, target, created_at, until, notifications) values ({}, {}, 0, null, {})"
        await tx.run(sql, lively.accounts["ann"], lively.accounts["bo"], True)

    lively.site.run(lambda square: square.database.write(mute))
    assert [] == lively.program("ann").get("/lively").json()["items"]
    assert 1 == len(lively.program("cy").get("/lively").json()["items"])
    assert 201 == lively.asks("ann", "/rankings", {"first": ""}).status_code
    assert "home" == lively.program("ann").get("/").json()["timeline"]


def test_the_members_decide_what_comes_first(town: Town) -> None:
    """It takes two votes; then who chooses nothing meets it first, and who chose the order of time keeps it."""
    proposal = town.proposes("ann", **ADOPTED, first=True)
    assert "charter" == town.told(proposal).class_
    town.vote(town.to_vote(proposal).vote, yes=NAMES[:5])
    assert "between" == town.closes(proposal).phase
    town.vote(town.opens(proposal).vote, yes=NAMES[:5])
    town.closes(proposal)
    assert "enacted" == town.enacted(proposal).phase
    assert "lively" == town.program("cy").get("/").json()["ranking"]
    assert "lively" == town.program().get("/").json()["ranking"]
    town.asks("ann", "/rankings", {"first": "following"})
    assert "home" == town.program("ann").get("/").json()["timeline"]


def test_what_the_law_cannot_rank_is_refused(town: Town) -> None:
    """By clause, as a page and as a problem; and what no field may hold is told at the field."""
    change = town.change(**{**ADOPTED, "ranking": "following", "weights": []})
    town.is_refused("propose-2", "ann", "/proposals", change)
    for wrong in (["4", "3", "2", "1"], ["4", "3", "2", "1", "-6"], ["4", "3", "2", "1", "1001"]):
        answer = town.asks("ann", "/proposals", town.change(**ADOPTED | {"weights": wrong}))
        assert (422, ["weights"]) == (answer.status_code, list(answer.json()["errors"]))
    answer = town.asks("ann", "/proposals", town.change(**ADOPTED | {"ranking": "paid"}))
    assert (422, ["ranking"]) == (answer.status_code, list(answer.json()["errors"]))
