"""The form to report a post: the rules that reach it, those that do not, and what one has reported already."""

from tests.cases.town import OFF_TOPIC, SPAM, Town


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
