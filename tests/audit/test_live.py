"""C1: what the live square shows to a stranger is what its entries say, and a lie of each kind is found."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from app.auditor import Question, Report, run_audit
from app.clock import SetClock
from governance.acts.words import Sanction
from tests.audit.auditing import row, unverified, violated
from tests.audit.cheating import CheatingWorld
from tests.audit.lying import LyingSquare, Page, pages_of, serve
from tests.audit.publishing import SIGNER, publish
from tests.audit.stories import town
from tests.governance.making import Post


@dataclass
class Scene:
    """A world with a folded, a withheld and a labelled post, and two that nobody touched."""

    world: CheatingWorld
    posts: list[Post]
    cases: list[int]
    square: LyingSquare

    def page(self, post: int) -> Page:
        """The page of a post."""
        return self.square.pages[f"posts/{self.posts[post].id}"]

    def mark(self, post: int) -> Page:
        """What the square says under a post."""
        mark = self.page(post)["restriction"]
        assert isinstance(mark, dict)
        return mark

    def timeline(self) -> list[Page]:
        """The posts on the first page of the timeline."""
        items = self.square.pages["local"]["items"]
        assert isinstance(items, list)
        return items

    def audit(self, *, at: int | None = None, copy: bool = False, posts: tuple[str, ...] = ()) -> Report:
        """What an auditor finds now."""
        question = Question(where=self.square.url, key=SIGNER.verifier, at=at, copy=copy, pause=0.0, posts=posts)
        return run_audit(question, SetClock(self.world.now), lambda _what, _done, _total: None)


def restrict(world: CheatingWorld, post: Post, label: str, sanction: Sanction) -> int:
    """A case in which a post was restricted."""
    case = world.reports("bo", post, label)
    world.decides("mia", case, sanction)
    return case


@pytest.fixture
def scene() -> "Callable[[], Scene]":
    """An honest square, served."""
    world = town()
    posts = [world.post("ann", "folded words", topical=True), world.post("cy", "unlawful words")]
    posts += [world.post("dee", "labelled words", topical=True), world.post("eve"), world.post("fay")]
    cases = [restrict(world, posts[0], "5.1", "fold"), restrict(world, posts[1], "1.1", "withhold")]
    cases.append(restrict(world, posts[2], "5.1", "label"))
    return lambda: Scene(world, posts, cases, serve(world, posts))


def test_an_honest_square_holds(scene: Callable[[], Scene]) -> None:
    """Three restricted posts and all of the timeline were looked at, and the audit exits 0."""
    here = scene()
    with here.square:
        report = here.audit()
    assert (0, "holds", 6) == (report.exit, row(report, "C1").result, row(report, "C1").judged)


Lie = Callable[[Scene], int]


def unmarked(here: Scene) -> int:
    """A folded post is shown as if it were not."""
    here.page(0)["restriction"] = None
    return here.cases[0]


def gone(here: Scene) -> int:
    """A folded post is not there."""
    del here.square.pages[f"posts/{here.posts[0].id}"]
    return here.cases[0]


def emptied(here: Scene) -> int:
    """A folded post cannot be opened."""
    here.page(0)["text"] = ""
    return here.cases[0]


def closed(here: Scene) -> int:
    """A folded post is said not to open."""
    here.mark(0)["opens"] = False
    return here.cases[0]


def longer(here: Scene) -> int:
    """A restriction is said to last longer than it does."""
    until = here.mark(0)["until"]
    assert isinstance(until, int)
    here.mark(0)["until"] = until + 1
    return here.cases[0]


def another_rule(here: Scene) -> int:
    """A restriction is said to rest on another rule."""
    here.mark(0)["rule"] = here.world.rule("1.1")
    return here.cases[0]


def another_title(here: Scene) -> int:
    """A rule is called by another title than the one it was enacted under."""
    here.mark(0)["title"] = "Whatever we like"
    return here.cases[0]


def another_case(here: Scene) -> int:
    """A post is marked with the case of another."""
    here.page(0)["restriction"] = here.mark(2)
    return here.cases[2]


def invented_mark(here: Scene) -> int:
    """A post of the timeline is marked with a case that there is not."""
    here.page(3)["restriction"] = here.mark(2) | {"case": 10**6}
    return -1


def silenced(here: Scene) -> int:
    """A post stands in the timeline without its words."""
    here.page(3)["text"] = ""
    return -1


def folded_in_the_timeline(here: Scene) -> int:
    """A folded post is in the timeline."""
    here.timeline().append(here.page(0))
    return here.cases[0]


def withheld_words(here: Scene) -> int:
    """What is withheld can be read."""
    here.page(1)["text"] = "unlawful words"
    return here.cases[1]


def other_words(here: Scene) -> int:
    """A folded post says something else than what was judged."""
    here.page(0)["text"] = "harmless words"
    return here.cases[0]


def another_date(here: Scene) -> int:
    """A folded post was made on another day than the one it was judged by."""
    here.page(0)["created_at"] = here.posts[0].posted - 86_400_000
    return here.cases[0]


def undated(here: Scene) -> int:
    """A folded post does not say when it was made."""
    del here.page(0)["created_at"]
    return here.cases[0]


def outlived(here: Scene) -> int:
    """A post whose restriction was ended is shown as if it stood."""
    mark = here.mark(0) | {}
    here.world.does("moe", here.world.lift(here.cases[0]))
    here.square.files = publish(here.world)
    here.square.pages = pages_of(here.world, here.posts)
    here.page(0)["restriction"] = mark
    here.square.pages["local"]["items"] = []
    return here.cases[0]


def invented_below(here: Scene) -> int:
    """A reply in a conversation is marked with a case that there is not."""
    reply = here.page(4) | {"id": "7", "restriction": here.mark(2) | {"case": 10**6}}
    here.page(3)["reply_count"] = 1
    here.square.pages[f"posts/{here.posts[3].id}"] = here.page(3) | {"below": [reply]}
    here.square.pages["posts/7"] = reply
    return -1


LIES = (
    *(unmarked, gone, emptied, closed, longer, another_rule, another_title, another_case, invented_mark, silenced),
    *(folded_in_the_timeline, withheld_words, other_words, another_date, undated, outlived, invented_below),
)


@pytest.mark.parametrize("lie", LIES, ids=[lie.__name__ for lie in LIES])
def test_each_lie_is_found_by_c1(lie: Lie, scene: Callable[[], Scene]) -> None:
    """One lie on a page, one finding of C1 at the case it is about, and nothing else."""
    here = scene()
    with here.square:
        case = lie(here)
        report = here.audit()
    found = row(report, "C1")
    assert (1, ["C1"], 1) == (report.exit, list(violated(report)), found.violations), found.findings
    assert case == found.findings[0].entry


def test_a_post_that_is_left_out_is_asked_for(scene: Callable[[], Scene]) -> None:
    """It stands at its address, and in no timeline: nobody but who knows of it would miss it. A reply is in none."""
    here = scene()
    with here.square:
        here.square.pages["posts/7"] = here.page(4) | {"id": "7"}
        here.square.pages["posts/8"] = here.page(4) | {"id": "8", "reply_to": "7"}
        assert 0 == here.audit(posts=("8", "9", here.posts[4].id)).exit
        assert {"C1": ()} == violated(here.audit(posts=("7",)))


def test_a_post_that_is_asked_for_is_looked_at(scene: Callable[[], Scene]) -> None:
    """Where no entry and no timeline leads, whoever has the address may ask: it is folded by no entry."""
    here = scene()
    with here.square:
        alone = here.page(4) | {"id": "7", "restriction": here.mark(0) | {"case": 10**6}}
        here.square.pages["posts/7"] = alone
        assert 0 == here.audit().exit
        assert {"C1": ()} == violated(here.audit(posts=("7", "8")))


def test_a_deleted_post_keeps_its_place(scene: Callable[[], Scene]) -> None:
    """Whose author deleted it has no words to open, says the square, and that nobody can find."""
    here = scene()
    with here.square:
        here.page(0).update(text="", stands="deleted")
        assert 0 == here.audit().exit


def test_an_edited_post_is_a_later_version(scene: Callable[[], Scene]) -> None:
    """Its words are others then; with the time of the version that was judged they may not be."""
    here = scene()
    with here.square:
        here.page(0).update(text="mended", version=2, edited_at=here.posts[0].posted + 1)
        assert 0 == here.audit().exit
        here.page(0).update(edited_at=here.posts[0].posted)
        assert "C1" in violated(here.audit())


def test_what_is_for_few_shows_strangers_no_words(scene: Callable[[], Scene]) -> None:
    """It says so at its address, by which decision it is restricted; a square that says nothing there is found."""
    here = scene()
    with here.square:
        here.page(0).update(text="", stands="few", visibility="followers")
        assert 0 == here.audit().exit
        here.page(0).update(restriction=None)
        assert "C1" in violated(here.audit())


def test_what_does_not_say_whether_it_is_restricted_is_no_answer(scene: Callable[[], Scene]) -> None:
    """A page that lacks the field is not a page without a restriction."""
    here = scene()
    with here.square:
        del here.page(0)["restriction"]
        assert "C1" in violated(here.audit())


def test_without_a_timeline_c1_is_not_verified(scene: Callable[[], Scene]) -> None:
    """An address that serves no public timeline lets nothing pass, unless it is said to serve a copy."""
    here = scene()
    with here.square:
        del here.square.pages["local"]
        report, copied = here.audit(), here.audit(copy=True)
    assert (2, {"C1"}) == (report.exit, unverified(report))
    assert (0, "not checked") == (copied.exit, row(copied, "C1").result)


def test_a_timeline_that_leads_elsewhere_is_not_followed(scene: Callable[[], Scene]) -> None:
    """The auditor goes to no other address than the one it was given."""
    here = scene()
    with here.square:
        here.square.pages["local"]["next"] = "http://elsewhere.example/local"
        report = here.audit()
    assert (2, {"C1"}) == (report.exit, unverified(report))


def test_another_time_is_not_what_the_square_shows(scene: Callable[[], Scene]) -> None:
    """With --at a month from now, the live square is not looked at."""
    here = scene()
    with here.square:
        report = here.audit(at=here.world.now + 30 * 86_400_000)
        asked = here.square.asked
    assert "not checked" == row(report, "C1").result
    assert "/local" not in asked


def test_a_busy_square_is_asked_again(scene: Callable[[], Scene]) -> None:
    """Who answers 503 once is not a liar."""
    here = scene()
    with here.square:
        here.square.busy = {"local", f"posts/{here.posts[0].id}"}
        report = here.audit()
    assert (0, set()) == (report.exit, here.square.busy)


def test_what_the_square_did_meanwhile_is_no_lie(scene: Callable[[], Scene]) -> None:
    """A post is lifted between the reading of the checkpoint and the look at its page: the ledger is followed."""
    here = scene()
    before = publish(here.world)
    here.world.does("moe", here.world.lift(here.cases[0]))
    after = publish(here.world)
    with here.square:
        here.square.files = {**after, "ledger/checkpoint": before["ledger/checkpoint"]}
        here.square.files |= {path: data for path, data in before.items() if ".p/" in path}
        here.square.pages = pages_of(here.world, here.posts)
        question = Question(where=here.square.url, key=SIGNER.verifier, pause=0.0)

        def tell(what: str, _done: int, _total: int) -> None:
            if what == "posts":
                here.square.files["ledger/checkpoint"] = after["ledger/checkpoint"]

        report = run_audit(question, SetClock(here.world.now), tell)
    assert (0, "holds") == (report.exit, row(report, "C1").result), row(report, "C1").findings


def test_a_square_that_is_not_there(scene: Callable[[], Scene]) -> None:
    """Nobody answers: exit code 2, and a sentence that says so."""
    here = scene()
    with here.square:
        url = here.square.url
    report = run_audit(Question(where=url, key=SIGNER.verifier), SetClock(1), lambda _what, _done, _total: None)
    assert 2 == report.exit
    assert "no ledger is shown" in report.stopped
