"""Reporting a post from a client: it opens a case, or joins one, as the page does."""

from hashlib import sha256
from itertools import product
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from app.api import entities
from app.api.accounts import known_id
from app.api.callers import person as person_with
from app.api.errors import Unusable
from app.api.people import account_list
from app.api.routes import post
from app.api.views import View
from app.clock import iso
from app.deeds import Request
from app.reports import Filed, report
from app.square import Square
from app.store.accounts import Account
from app.store.engines import Tx
from app.store.posts import PostRow, posts_among
from app.store.rules import versions_at
from app.store.seen import seen_among
from app.text import MOST_CODE_POINTS, clean, is_blank, is_too_long
from app.web.keys import LONGEST, Key
from app.web.numbers import known_number
from governance.errors import Refused

MOST_AT_ONCE: Final = 20
"""Posts that one call reports, times the rules that it names."""

Category = Literal["spam", "legal", "violation", "other"]
Id = Annotated[str, Meta(max_length=30)]


class ReportForm(Struct, frozen=True):
    """Whose posts, which, under which rules in force, and why.

    Where no rule is named, `spam` and `legal` stand for the rule of that kind, if there is just one.
    """

    account_id: Id
    status_ids: Annotated[list[Id], Meta(max_length=MOST_AT_ONCE)] = []
    comment: Annotated[str, Meta(max_length=MOST_CODE_POINTS)] = ""
    category: Category = "other"
    rule_ids: Annotated[list[Id], Meta(max_length=MOST_AT_ONCE)] = []
    forward: bool = False


class Report(Struct, frozen=True):
    """A report as clients know it, with the numbers of the cases that it opened or joined."""

    id: str
    action_taken: bool
    action_taken_at: str | None
    category: Category
    comment: str
    forwarded: bool
    created_at: str
    status_ids: tuple[str, ...]
    rule_ids: tuple[str, ...]
    target_account: entities.Account
    cases: tuple[str, ...]


@post("/api/v1/reports", person_with("write:reports"))
async def create_report(square: Square, person: Account, view: View, data: ReportForm, key: Key = "") -> Report:
    """Report posts of an account, each under each rule that is named; what the law refuses of several is left out.

    Where it refuses all of them, the first refusal is the answer.
    """
    reason = clean(data.comment)
    if is_blank(reason) or is_too_long(reason):
        raise Unusable("Say in `comment` why the post offends the rule, in at most 5000 characters: the case shows it")
    if len(key) > LONGEST:
        raise Unusable(f"The Idempotency-Key has at most {LONGEST} characters")
    author = known_id(data.account_id)
    rows = await square.database.read(lambda tx: _posts(tx, person.id, author, data.status_ids))
    rules = await square.database.read(lambda tx: _rules(tx, data, view.now))
    if len(rows) * len(rules) > MOST_AT_ONCE:
        raise Unusable(f"One call takes at most {MOST_AT_ONCE} posts, times the rules that it names")
    filed, refused = await _file(square, person, [row.id for row in rows], rules, reason, key)
    if not filed:
        raise refused[0]
    accounts = await square.database.read(lambda tx: account_list(tx, [author], view))
    return Report(
        id=str(next(iter(filed.values())).entry),
        action_taken=False,
        action_taken_at=None,
        category=data.category,
        comment=reason,
        forwarded=False,
        created_at=iso(view.now),
        status_ids=tuple(dict.fromkeys(str(status) for status, _ in filed)),
        rule_ids=tuple(dict.fromkeys(str(rule) for _, rule in filed)),
        target_account=accounts[0],
        cases=tuple(dict.fromkeys(str(one.case) for one in filed.values())),
    )


async def _file(
    square: Square, person: Account, posts: list[int], rules: list[int], reason: str, key: str
) -> tuple[dict[tuple[int, int], Filed], list[Refused]]:
    filed: dict[tuple[int, int], Filed] = {}
    refused: list[Refused] = []
    for status, rule in product(posts, rules):
        fingerprint = sha256(msgspec.json.encode((status, rule, reason))).digest()
        request = Request(f"{key}/{status}/{rule}", fingerprint) if key else Request()
        try:
            filed[status, rule] = await report(square, person, status, rule, reason, request)
        except Refused as error:
            refused.append(error)
    return filed, refused


async def _posts(tx: Tx, reader: int, author: int, ids: list[str]) -> list[PostRow]:
    if not ids:
        raise Unusable("Name a post in `status_ids[]`: here posts are reported, and no account as such")
    rows = await posts_among(tx, list(dict.fromkeys(known_id(one) for one in ids)))
    seen = await seen_among(tx, [row.id for row in rows], reader)
    if len(seen) < len(set(ids)) or any(row.account != author or row.boost_of is not None for row in rows):
        raise Unusable("Each of `status_ids[]` is a post of the account that `account_id` names")
    return rows


async def _rules(tx: Tx, data: ReportForm, now: int) -> list[int]:
    standing = await versions_at(tx, now)
    if data.rule_ids:
        return list(dict.fromkeys(known_number(one) for one in data.rule_ids))
    meant = [
        version.rule
        for version in standing
        if (data.category == "spam" and version.kind == "spam")
        or (data.category == "legal" and version.ground == "unlawful")
    ]
    if len(meant) != 1:
        raise Unusable(
            "Name the rule in `rule_ids[]`: nobody is restricted but under a rule in force (/api/v1/instance/rules)"
        )
    return meant


routes = [create_report]
