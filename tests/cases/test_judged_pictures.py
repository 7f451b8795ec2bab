"""Who judges a post sees its pictures, however it stands, and nobody else sees what is withheld."""

from collections.abc import Sequence

from app.media.keeping import keep_picture
from app.square import Square
from tests.cases.bench import UPHOLD, Bench
from tests.cases.town import HARASSMENT, PRIVATE, Town
from tests.media.hostile import drawn, saved
from tests.web.serving import ON_SQLITE

WITHHOLD = {
    "sanction": "withhold",
    "elements": [True] * 3,
    "reasons": "An address.",
    "milder_fold": "Folded posts open.",
    "duration": 9,
}
SHOWS = "a door and its number"


def shown_by(
    town: Town, handle: str, text: str = "Here it is.", size: int = 60, visibility: str = "public"
) -> tuple[str, str]:
    """Somebody posts a picture: the post, and the address of the picture."""
    picture = kept(town, handle, size)
    return town.say(handle, text, media=[picture], visibility=visibility), f"/media/{picture}/preview.png"


def kept(town: Town, handle: str, size: int = 60) -> str:
    """A picture that somebody has sent, with what it shows."""
    account, data = town.account(handle).id, saved(drawn(size=(size, 60)), "PNG")

    async def keep(square: Square) -> str:
        return str((await keep_picture(square, account, data, description=SHOWS)).id)

    return town.site.run(keep)


def seeing(town: Town, address: str, handles: Sequence[str]) -> list[str]:
    """Who of these is sent the bytes of a picture; the others are told that nothing is there."""
    answers = {handle: town.program(handle).get(address) for handle in handles}
    assert {answer.status_code for answer in answers.values()} <= {200, 404}
    return [handle for handle, answer in answers.items() if answer.status_code == 200]


def finding(town: Town, page: str, address: str, handles: Sequence[str]) -> list[str]:
    """Who of these finds a picture on a page, with its words, behind a line that opens."""
    found = []
    for handle in handles:
        shown = town.browser(handle).open(page)
        images = [img for one in shown.document.all("details") for img in one.all("img") if img["src"] == address]
        assert {(SHOWS, "lazy")} >= {(img["alt"], img["loading"]) for img in images}
        assert bool(images) == (address in shown.html), f"{handle} finds it elsewhere on {page}"
        if images:
            found.append(handle)
    return found


def test_who_judges_sees_what_is_withheld(town: Town) -> None:
    """Its author, the moderators, and the jurors of its case while they sit: not the alternates, not other jurors."""
    bench = Bench(town)
    post, address = shown_by(town, "ann")
    case = town.report("ben", post, PRIVATE)
    town.does("mia", f"/cases/{case}/decide", **WITHHOLD)
    appeal = town.does("ann", f"/cases/{case}/appeal", statement="It is my own door.", words="three herons")
    everybody = ["ann", "mia", "max", "ben", "juror01", "steward", ""]
    assert ["ann", "mia", "max"] == seeing(town, address, everybody)
    assert ["ann", "mia", "max"] == finding(town, f"/cases/{case}", address, everybody)
    jury = bench.is_kept(appeal)
    serving, alternates = bench.seated(jury), bench.seated(jury, "alternate")
    others = [one for one in (*alternates, "ben", "steward", "") if one not in serving]
    assert serving == seeing(town, address, [*serving, *others])
    assert serving == finding(town, f"/jury/{jury}", address, [*serving, *others, "mia"])
    evidence = bench.told(jury, serving[0])["evidence"]
    assert isinstance(evidence, dict)
    assert [SHOWS] == [one["description"] for one in evidence["pictures"]]
    assert "private, no-store" == town.program(serving[0]).get(address).headers["cache-control"]
    bench.excuses(jury, serving[0])
    assert [*serving[1:], alternates[0]] == seeing(town, address, [*serving, *alternates])
    bench.votes(jury, [UPHOLD] * 7)
    assert [] == seeing(town, address, serving)
    assert ["ann", "mia", "max"] == seeing(town, address, ["ann", "mia", "max"])


@ON_SQLITE
def test_another_jury_judges_something_else(town: Town) -> None:
    """Who sits in a jury on one post is no judge of another."""
    bench = Bench(town)
    jury = bench.goes_to_jury()
    post, address = shown_by(town, "ann")
    case = town.report("ben", post, PRIVATE)
    town.does("mia", f"/cases/{case}/decide", **WITHHOLD)
    assert [] == seeing(town, address, bench.seated(jury))
    assert ["mia"] == seeing(town, address, ["mia", *bench.seated(jury)])


@ON_SQLITE
def test_what_was_judged_is_the_version_that_was_reported(town: Town) -> None:
    """An author who takes the picture away does not take it from the case; what it shows now stands beside."""
    town.admit("ann", "ben")
    town.elect("mia", "max")
    post, address = shown_by(town, "ann")
    case = town.report("ben", post, PRIVATE)
    town.does("mia", f"/cases/{case}/decide", **WITHHOLD)
    other = kept(town, "ann", 61)
    town.do("ann", f"/posts/{post}/edit", text="A garden instead.", media=[other], alts=["a garden"])
    assert [SHOWS] == [one["description"] for one in _pictures(town.case(case, "mia"))]
    assert ["mia"] == finding(town, f"/cases/{case}", address, ["mia", "ben", ""])
    town.submits("ann", f"/cases/{case}/appeal", statement="It shows a garden now.", after_edit="1")
    amended = town.case(case, "max")["amended"]
    assert isinstance(amended, dict)
    assert ["a garden"] == [one["description"] for one in _pictures(amended)]
    assert ["max"] == seeing(town, f"/media/{other}/preview.png", ["max", "ben", ""])


def _pictures(told: dict[str, object]) -> list[dict[str, object]]:
    pictures = told["pictures"]
    assert isinstance(pictures, list)
    return pictures


@ON_SQLITE
def test_what_is_for_few_is_judged_with_its_pictures(town: Town) -> None:
    """Not before somebody who may read it has reported it, and by nobody but those who decide."""
    town.admit("ann", "ben", "eve")
    town.elect("mia")
    post, address = shown_by(town, "ann", "Only for you, @ben", visibility="mentioned")
    everybody = ["ann", "ben", "mia", "eve", "steward", ""]
    assert ["ann", "ben"] == seeing(town, address, everybody)
    case = town.report("ben", post, HARASSMENT)
    assert ["ann", "ben", "mia"] == seeing(town, address, everybody)
    assert ["ann", "mia"] == finding(town, f"/cases/{case}", address, everybody)


@ON_SQLITE
def test_what_is_withheld_at_once(town: Town) -> None:
    """Its author and those who may sign or end it see it; what nobody is shown nobody sees, whoever judges."""
    town.admit("ann", "ben")
    town.elect("mia", "max")
    everybody = ["ann", "mia", "max", "steward", "ben", ""]
    post, address = shown_by(town, "ann")
    said = {"ground": "doxxing", "reasons": "A crowd is on its way."}
    emergency = town.does("mia", f"/posts/{post}/withhold", **said)
    assert ["ann", "mia", "max", "steward"] == seeing(town, address, everybody)
    assert ["ann", "mia", "max", "steward"] == finding(town, f"/emergencies/{emergency}", address, everybody)
    post, address = shown_by(town, "ann", size=61)
    town.report("ben", post, HARASSMENT)
    unshown = town.does("mia", f"/posts/{post}/withhold", ground="child_abuse", reasons="")
    town.does("max", f"/emergencies/{unshown}/sign", words="")
    assert [] == seeing(town, address, everybody) == finding(town, f"/emergencies/{unshown}", address, everybody)


@ON_SQLITE
def test_a_jury_on_what_was_withheld_at_once(town: Town) -> None:
    """Its jurors see the picture while they sit."""
    bench = Bench(town)
    post, address = shown_by(town, "ann")
    emergency = town.does("mia", f"/posts/{post}/withhold", ground="doxxing", reasons="A crowd is on its way.")
    town.does("max", f"/emergencies/{emergency}/sign", words="three blind mice")
    bench.ticks()
    jury = bench.last()
    serving, alternates = bench.seated(jury), bench.seated(jury, "alternate")
    assert serving == seeing(town, address, [*serving, *alternates, "ben"])
    assert serving == finding(town, f"/jury/{jury}", address, [*serving, *alternates])
