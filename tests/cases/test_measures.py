"""What the machines of the house are told of the door, of refusals, and of what waits."""

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.cases.town import DAY, FOLD, OFF_TOPIC, Town

Labels = tuple[tuple[str, str], ...]


def measured(town: Town) -> dict[tuple[str, Labels], float]:
    """Each figure by its name and its labels."""
    families = text_string_to_metric_families(httpx.get(f"{town.site.url}/metrics").text)
    return {
        (one.name.removeprefix("isegoria_"), tuple(sorted(one.labels.items()))): one.value
        for family in families
        for one in family.samples
    }


def test_the_door_refusals_and_cases_show(town: Town) -> None:
    """Commits and their times, each refusal under its clause, and cases by state, overdue ones apart."""
    town.admit("ann", "ben")
    town.elect("mia", "max")
    opener = town.say("ben", "The pool?", topic="The pool")
    open_, decided = (
        town.report("ben", town.say("ann", text, reply_to=opener), OFF_TOPIC) for text in ("Chess?", "Tea?")
    )
    before, size = measured(town), town.size
    town.folds("mia", decided)
    for _ in range(2):
        town.refuses("office-1", "ann", f"/cases/{open_}/decide", **FOLD)
    after = measured(town)
    door: Labels = (("queue", "door"),)
    grown = {name: after[name, door] - before[name, door] for name in ("queue_committed_total", "commit_seconds_sum")}
    # Refused before the door or at it, nothing of it is committed; the commit of a refusal is empty, and is one.
    assert town.size - size <= grown["queue_committed_total"]
    assert 0 < grown["commit_seconds_sum"] < 60
    assert after["commit_seconds_count", door] == after["commit_seconds_bucket", (("le", "+Inf"), *door)]
    assert 0 == after["queue_waiting", door] == after["queue_waiting", (("queue", "votes"),)]
    assert 4 == after["refusals_total", (("clause", "office-1"),)]
    assert (1, 1) == (after["cases", (("state", "open"),)], after["cases", (("state", "decided"),)])
    town.later(30 * DAY)
    later = measured(town)
    assert 1 == later["cases", (("state", "overdue"),)]
    assert ("cases", (("state", "open"),)) not in later
