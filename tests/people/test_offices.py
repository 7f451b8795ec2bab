"""A block is somebody's own act: it takes no post out of a case, and no case from an office."""

from tests.cases.town import HARASSMENT, Town
from tests.web.serving import ON_SQLITE, Site


@ON_SQLITE
def test_a_moderator_whom_the_author_blocks_reads_and_decides_the_case(site: Site) -> None:
    """The post's address is closed to her as to anybody blocked; the case, with the words, is not."""
    town = Town(site)
    town.admit("ann", "ben")
    town.elect("mia")
    post = town.say("ann", "you are all fools")
    case = town.report("ben", post, HARASSMENT)
    for handle in ("mia", "ben"):
        assert 201 == town.do("ann", f"/@{handle}/block").status_code
        assert 404 == town.program(handle).get(f"/posts/{post}").status_code
    told = town.case(case, "mia")
    assert ("you are all fools", post) == (told["content"], told["post"])
    assert {"decide"} <= town.offers(case, "mia")
    assert str(case) in town.browser("mia").open("/mod/queue").text
    assert 201 == town.do("mia", "/@ann/mute").status_code
    town.clears("mia", case, elements=3)
    assert "Nothing is found." in town.browser("ben").open(f"/cases/{case}").text
