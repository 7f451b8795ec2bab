"""A report from a client opens a case under a rule in force, or is told why not."""

from collections.abc import Callable

import pytest

from app.store.visibility import Visibility
from app.writing import Words, write_post
from tests.api.client import Client
from tests.web.serving import Site

Clients = Callable[..., Client]


def rule(client: Client, label: str) -> str:
    """The number of a founding rule."""
    items = client.http.get("/rules", headers={"Accept": "application/json"}).json()["items"]
    return next(str(item["rule"]) for item in items if item["words"]["label"] == label)


def says(site: Site, client: Client, text: str, visibility: Visibility = "public") -> str:
    """A post of somebody."""
    words = Words(text, "en", visibility=visibility)
    return str(site.run(lambda square: write_post(square, client.account, None, words)))


def test_a_report_opens_a_case(site: Site, client: Clients) -> None:
    """With the rule, the reason and the post; the same under one key is one report."""
    ann, ben = client("ann"), client("ben")
    post = says(site, ben, "you are all fools")
    asked = {
        "account_id": str(ben.account),
        "status_ids": [post],
        "comment": "It is aimed at persons.",
        "category": "violation",
        "rule_ids": [rule(ann, "4.1")],
    }
    answer = ann.post("/api/v1/reports", asked, Idempotency_Key="once")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert ([post], asked["rule_ids"], "violation") == (told["status_ids"], told["rule_ids"], told["category"])
    assert str(ben.account) == told["target_account"]["id"]
    case = ann.http.get(f"/cases/{told['cases'][0]}", headers={"Accept": "application/json"}).json()
    assert (post, 1) == (case["post"], case["reporters"])
    assert told["id"] == ann.post("/api/v1/reports", asked, Idempotency_Key="once").json()["id"]
    again = ann.post("/api/v1/reports", asked)
    assert (403, "report-6") == (again.status_code, again.json()["clause"])


def test_spam_stands_for_the_rule_of_that_kind(site: Site, client: Clients) -> None:
    """There is one rule against spam; a category that stands for no rule asks for one."""
    ann, ben = client("ann"), client("ben")
    posts = [says(site, ben, f"buy {n}") for n in range(2)]
    asked = {"account_id": str(ben.account), "status_ids": posts, "comment": "Advertising.", "category": "spam"}
    told = ann.post("/api/v1/reports", asked).json()
    assert (posts, [rule(ann, "2.1")], 2) == (told["status_ids"], told["rule_ids"], len(told["cases"]))
    refused = ann.post("/api/v1/reports", asked | {"category": "other"})
    assert 422 == refused.status_code and "rule_ids" in refused.json()["error"]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"comment": " "}, 422),
        ({"status_ids": []}, 422),
        ({"status_ids": ["1"]}, 422),
        ({"account_id": "7"}, 422),
        ({"account_id": "x"}, 404),
        ({"rule_ids": ["9999"]}, 403),
        ({"rule_ids": ["x"]}, 404),
        ({"category": "boring"}, 422),
    ],
)
def test_what_is_no_report_is_refused(site: Site, client: Clients, wrong: dict[str, object], status: int) -> None:
    """In the API's own shape, and no case is opened."""
    ann, ben = client("ann"), client("ben")
    asked = {
        "account_id": str(ben.account),
        "status_ids": [says(site, ben, "here")],
        "comment": "because",
        "rule_ids": [rule(ann, "4.1")],
    }
    answer = ann.post("/api/v1/reports", asked | wrong)
    assert status == answer.status_code and answer.json()["error"], answer.text
    assert [] == ann.http.get("/mod/queue", headers={"Accept": "application/json"}).json().get("items", [])


def test_what_one_may_not_see_cannot_be_reported(site: Site, client: Clients) -> None:
    """The answer is the one for a post that is not there."""
    ann, ben = client("ann"), client("ben")
    hidden = says(site, ben, "among friends", "followers")
    asked = {"account_id": str(ben.account), "comment": "because", "rule_ids": [rule(ann, "4.1")]}
    answers = [ann.post("/api/v1/reports", asked | {"status_ids": [post]}) for post in (hidden, "1")]
    assert answers[0].json() == answers[1].json()
    assert 422 == answers[0].status_code
