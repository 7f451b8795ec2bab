"""The form to report a post: the rules that reach it, those that do not, and what one has reported already."""

from msgspec.structs import replace

from app.config import Config
from tests.cases.town import OFF_TOPIC, SPAM, UNLAWFUL, Town
from tests.web.serving import Site


def test_the_rules_that_reach_a_post(town: Town) -> None:
    """A rule about a topic is offered only where one is set, and no rule that one has reported under already."""
    town.admit("ann", "ben", "eve")
    opener = town.say("ben", "The pool?", topic="The pool")
    reply, plain = town.say("ann", "Parking.", reply_to=opener), town.say("ann", "Hello.")

    def offered(handle: str, post: str) -> set[str]:
        form = town.browser(handle).open(f"/posts/{post}/report").form(f"/posts/{post}/report")
        return set(form.offered["rule"])

    spam, off_topic = str(town.rule(SPAM)), str(town.rule(OFF_TOPIC))
    assert {spam, off_topic} <= offered("ben", reply)
    assert off_topic not in offered("ben", plain)
    case = town.report("ben", reply, SPAM)
    assert spam not in offered("ben", reply)
    assert f"/cases/{case}" in town.browser("ben").open(f"/posts/{reply}/report").links.values()
    assert spam in offered("eve", reply)
    rules = {rule["label"]: rule for rule in town.program("ben").get(f"/posts/{plain}/report").json()["rules"]}
    assert (False, True) == (rules[OFF_TOPIC]["reaches"], rules[SPAM]["reaches"])
    assert sorted(rules) == list(rules)


def test_anybody_gives_notice_of_unlawful_content(town: Town) -> None:
    """Without an account there is a form with the rules on unlawful content alone; the case is open at once."""
    town.admit("ann", "ben")
    town.elect("mia")
    post = town.say("ann", "Something that a law forbids.")
    browser = town.browser()
    form = browser.open(f"/posts/{post}/report").form(f"/posts/{post}/report")
    assert {str(town.rule(UNLAWFUL))} == set(form.offered["rule"])
    said = {"rule": str(town.rule(UNLAWFUL)), "reason": "Section 86a, the second word."}
    case_page = browser.submit(f"/posts/{post}/report", said)
    case = int(case_page.path.rpartition("/")[2])
    told = town.case(case)
    assert ("open", 1, False) == (told["stands"], told["reporters"], told["has_reported"])
    assert told["reports"] == [{**one, "reason": None} for one in told["reports"]]  # type: ignore[attr-defined]
    assert "Section 86a, the second word." in town.browser("mia").open(f"/cases/{case}").document.text
    assert "Section 86a" not in town.browser("ben").open(f"/cases/{case}").document.text


def test_without_an_account_nothing_else_is_reported(town: Town) -> None:
    """A rule that is no law is refused to who has no account, with the clause, and nothing is recorded."""
    town.admit("ann")
    post = town.say("ann", "Buy lamps.")
    for rule in (town.rule(SPAM), 9_999):
        answer = town.do("", f"/posts/{post}/report", rule=rule, reason="I do not like it.")
        assert (403, "report-9") == (answer.status_code, answer.json()["clause"])
    assert [] == town.program().get("/modlog").json()["items"]
    assert town.program("ann").get(f"/posts/{post}").json()["stands"] == "open"


def test_notices_from_one_address_are_counted(sqlite_migrated: Config) -> None:
    """Five in five minutes from one address, and then later; members are not counted with them."""
    site = Site(replace(sqlite_migrated, rate_limits=True))
    town = Town(site)
    town.admit("ann", "ben")
    posts = [town.say("ann", f"Post {number}.") for number in range(6)]
    said = {"rule": town.rule(UNLAWFUL), "reason": "A law."}
    assert [201] * 5 + [429] == [town.do("", f"/posts/{post}/report", **said).status_code for post in posts]
    assert 201 == town.do("ben", f"/posts/{posts[-1]}/report", **said).status_code
    town.audit()
    town.close()
    site.close()
