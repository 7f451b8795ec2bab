"""What trends, by the formula that the page prints; anybody can count it again."""

from collections.abc import Callable, Mapping

from app.feeds.trends import BEFORE, EARLIER, FEWEST, NOW, RECENT, Trend, Voices, rank_tags
from app.square import Square
from app.store.engines import Tx
from app.store.governed import save
from app.writing import Words, write_post
from governance.cases import Restriction, Subject
from tests.api.client import Client
from tests.speech.world import Programs, account_of
from tests.web.client import Browser
from tests.web.serving import START, Site

HOUR = 3_600_000


def test_the_formula_says_what_its_words_say() -> None:
    """Seven points for each voice of today, one less for each of the week before; ties by voices, then by letters."""
    voices = [
        Voices("daily", 9, 63),
        Voices("new", 3, 0),
        Voices("alone", 1, 0),
        Voices("b", 2, 1),
        Voices("a", 2, 1),
        Voices("risen", 4, 7),
    ]
    expected = [Trend("risen", 21, 4, 7), Trend("new", 21, 3, 0), Trend("a", 13, 2, 1), Trend("b", 13, 2, 1)]
    assert expected == rank_tags(voices)
    assert (7, 1, 2) == (NOW, BEFORE, FEWEST)


def _write(site: Site, said: Mapping[int, list[tuple[str, int]]]) -> list[int]:
    """Posts by account: each a text and how many hours ago; the ids."""

    async def write(square: Square) -> list[int]:
        made = []
        for hours, account, text in sorted(
            ((ago, account, text) for account, posts in said.items() for text, ago in posts), reverse=True
        ):
            site.clock.set(START + 240 * HOUR - hours * HOUR)
            visibility = "followers" if "secret" in text else "unlisted" if "hidden" in text else "public"
            post = await write_post(square, account, None, Words(text, "en", visibility=visibility))  # type: ignore[arg-type]
            assert post is not None
            made.append(post)
        site.clock.set(START + 240 * HOUR)
        return made

    return site.run(write)


def test_a_page_of_trends_is_counted_again_from_public_data(
    site: Site, program: Programs, visitor: Callable[[], Browser], client: Callable[..., Client]
) -> None:
    """Whoever reads the posts of each hashtag comes to the same scores; what is not for everybody does not count."""
    ann, ben, cid = (account_of(program(handle)) for handle in ("ann", "ben", "cid"))
    _write(
        site,
        {
            ann: [("#pool", 1), ("#pool again", 2), ("#old", 1), ("#old", 60), ("secret #psst", 1), ("#folded", 3)],
            ben: [("#pool", 3), ("#old", 50), ("#psst hidden", 1), ("#alone #alone", 1), ("#late", 25), ("#folded", 2)],
            cid: [("#pool", 30), ("#old", 2), ("#ancient", 1), ("#late", 1), ("#pool", 210)],
        },
    )
    folded = int(client().get("/api/v2/search", q="#folded", type="statuses").json()["statuses"][0]["id"])

    async def fold(square: Square) -> None:
        async def work(tx: Tx) -> None:
            until = Restriction(500, 501, 1, 1, "fold", site.clock.now() + HOUR)
            await save(tx, {(Subject, str(folded)): Subject((until,))})

        await square.database.write(work)

    site.run(fold)
    page = program("").get("/trends").json()
    assert [("old", 12, 2, 2), ("pool", 13, 2, 1)] == sorted(
        (one["tag"], one["score"], one["now"], one["before"]) for one in page["items"]
    )
    tags = ("pool", "old", "psst", "alone", "late", "ancient", "folded")
    counted = rank_tags(_counted(client(), tag, page["at"]) for tag in tags)
    assert [(one.tag, one.score) for one in counted] == [(one["tag"], one["score"]) for one in page["items"]]
    assert ["pool", "old"] == [tag["name"] for tag in client().get("/api/v1/trends/tags").json()]
    assert ["old"] == [tag["name"] for tag in client().get("/api/v1/trends/tags", offset=1, limit=1).json()]
    shown = visitor().open("/trends").text
    assert "7 points for each account that used the hashtag in the last 24 hours." in shown
    assert "Version 1" in shown


def _counted(reader: Client, tag: str, at: int) -> Voices:
    """The voices of a hashtag as a visitor counts them: an id tells when a post was made."""
    said = reader.get("/api/v2/search", q=f"#{tag}", type="statuses", limit=40).json()["statuses"]
    uses = [(int(status["id"]) >> 16, status["account"]["id"]) for status in said]
    now = {account for made, account in uses if at - RECENT <= made < at}
    before = {account for made, account in uses if at - RECENT - EARLIER <= made < at - RECENT}
    return Voices(tag, len(now), len(before))


def test_posts_trend_by_what_the_members_adopted(client: Callable[..., Client]) -> None:
    """Without such a vote there is no list; links never trend; wrong numbers are refused."""
    for path in ("statuses", "links", "tags"):
        assert [] == client().get(f"/api/v1/trends/{path}").json()
    assert 422 == client().get("/api/v1/trends/tags", offset=-1).status_code
